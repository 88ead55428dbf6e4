import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTheStores1795510950000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    for (const table of ['architecture_version', 'feature_view_version']) {
      await queryRunner.query(`
        CREATE TABLE ${table} (
          id uuid NOT NULL,
          project_id uuid NOT NULL,
          name text NOT NULL,
          version integer NOT NULL,
          body jsonb NOT NULL,
          created_at timestamptz NOT NULL DEFAULT now(),
          CONSTRAINT ${table}_pkey PRIMARY KEY (id),
          CONSTRAINT ${table}_project_fkey FOREIGN KEY (project_id) REFERENCES project (id)
        );
        CREATE UNIQUE INDEX ${table}_number ON ${table} (project_id, name, version);
      `);
    }
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE feature_view_version; DROP TABLE architecture_version;');
  }
}
