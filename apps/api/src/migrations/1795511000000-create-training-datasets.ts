import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTrainingDatasets1795511000000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE training_dataset (
        id uuid NOT NULL,
        project_id uuid NOT NULL,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT training_dataset_pkey PRIMARY KEY (id),
        CONSTRAINT training_dataset_project_fkey FOREIGN KEY (project_id) REFERENCES project (id)
      );
      CREATE UNIQUE INDEX training_dataset_name ON training_dataset (project_id, name);

      CREATE TABLE dataset_version (
        id uuid NOT NULL,
        project_id uuid NOT NULL,
        dataset_id uuid NOT NULL,
        version integer NOT NULL,
        state text NOT NULL,
        run_id uuid,
        features jsonb NOT NULL,
        description text NOT NULL,
        output jsonb,
        reason jsonb,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        CONSTRAINT dataset_version_pkey PRIMARY KEY (id),
        CONSTRAINT dataset_version_dataset_fkey FOREIGN KEY (dataset_id) REFERENCES training_dataset (id),
        CONSTRAINT dataset_version_state CHECK (state IN ('PENDING', 'READY', 'FAILED')),
        CONSTRAINT dataset_version_ready CHECK ((state = 'READY') = (output IS NOT NULL)),
        CONSTRAINT dataset_version_failed CHECK ((state = 'FAILED') = (reason IS NOT NULL))
      );
      CREATE UNIQUE INDEX dataset_version_number ON dataset_version (dataset_id, version);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE dataset_version; DROP TABLE training_dataset;');
  }
}
