import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A deleted definition stays, for the runs that were of it, and leaves its name to another one. */
export class SoftDeleteDefinitions1795511600000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE workflow_definition ADD COLUMN deleted_at timestamptz;
      DROP INDEX workflow_definition_name;
      CREATE UNIQUE INDEX workflow_definition_name ON workflow_definition (project_id, name) WHERE deleted_at IS NULL;
    `);
  }

  /** Refused while two definitions have had one name. */
  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX workflow_definition_name;
      CREATE UNIQUE INDEX workflow_definition_name ON workflow_definition (project_id, name);
      ALTER TABLE workflow_definition DROP COLUMN deleted_at;
    `);
  }
}
