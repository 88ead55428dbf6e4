import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateWorkflowDefinitions1795511100000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE workflow_definition (
        id uuid NOT NULL,
        project_id uuid NOT NULL,
        name text NOT NULL,
        built_in boolean NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT workflow_definition_pkey PRIMARY KEY (id),
        CONSTRAINT workflow_definition_project_fkey FOREIGN KEY (project_id) REFERENCES project (id)
      );
      CREATE UNIQUE INDEX workflow_definition_name ON workflow_definition (project_id, name);

      CREATE TABLE workflow_definition_version (
        definition_id uuid NOT NULL,
        version integer NOT NULL,
        project_id uuid NOT NULL,
        body jsonb NOT NULL,
        created_by text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT workflow_definition_version_pkey PRIMARY KEY (definition_id, version),
        CONSTRAINT workflow_definition_version_definition_fkey
          FOREIGN KEY (definition_id) REFERENCES workflow_definition (id)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE workflow_definition_version; DROP TABLE workflow_definition;');
  }
}
