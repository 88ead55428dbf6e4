import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `model_version_run` is the backstop of the promise that a run registers one model version at most. */
export class CreateTheRegistry1795510900000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE registered_model (
        id uuid NOT NULL,
        project_id uuid NOT NULL,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT registered_model_pkey PRIMARY KEY (id),
        CONSTRAINT registered_model_project_fkey FOREIGN KEY (project_id) REFERENCES project (id)
      );
      CREATE UNIQUE INDEX registered_model_name ON registered_model (project_id, name);

      CREATE TABLE model_version (
        id uuid NOT NULL,
        project_id uuid NOT NULL,
        model_id uuid NOT NULL,
        version integer NOT NULL,
        run_id uuid NOT NULL,
        dataset_version_id uuid,
        architecture_id uuid,
        output jsonb NOT NULL,
        metrics jsonb NOT NULL,
        registered_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT model_version_pkey PRIMARY KEY (id),
        CONSTRAINT model_version_model_fkey FOREIGN KEY (model_id) REFERENCES registered_model (id)
      );
      CREATE UNIQUE INDEX model_version_number ON model_version (model_id, version);
      CREATE UNIQUE INDEX model_version_run ON model_version (run_id);

      CREATE TABLE alias_move (
        id bigint GENERATED ALWAYS AS IDENTITY,
        project_id uuid NOT NULL,
        model_id uuid NOT NULL,
        alias text NOT NULL,
        version integer,
        moved_by text NOT NULL,
        moved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        CONSTRAINT alias_move_pkey PRIMARY KEY (id),
        CONSTRAINT alias_move_model_fkey FOREIGN KEY (model_id) REFERENCES registered_model (id)
      );
      CREATE INDEX alias_move_alias ON alias_move (model_id, alias, id);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE alias_move; DROP TABLE model_version; DROP TABLE registered_model;');
  }
}
