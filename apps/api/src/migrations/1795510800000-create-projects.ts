import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateProjects1795510800000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE project (
        id uuid NOT NULL,
        name text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT project_pkey PRIMARY KEY (id)
      );
      CREATE UNIQUE INDEX project_name ON project (name);

      CREATE TABLE access_token (
        id uuid NOT NULL,
        project_id uuid NOT NULL,
        name text NOT NULL,
        hash text NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        expires_at timestamptz,
        last_used_at timestamptz,
        CONSTRAINT access_token_pkey PRIMARY KEY (id),
        CONSTRAINT access_token_project_fkey FOREIGN KEY (project_id) REFERENCES project (id)
      );
      CREATE INDEX access_token_project ON access_token (project_id);
      CREATE UNIQUE INDEX access_token_hash ON access_token (hash);
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE access_token; DROP TABLE project;');
  }
}
