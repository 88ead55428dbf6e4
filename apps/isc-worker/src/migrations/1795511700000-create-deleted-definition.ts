import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateDeletedDefinition1795511700000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE deleted_definition (
        id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        due_at timestamptz NOT NULL DEFAULT now(),
        removed_at timestamptz,
        CONSTRAINT deleted_definition_pkey PRIMARY KEY (id)
      );
      CREATE INDEX deleted_definition_due ON deleted_definition (due_at) WHERE removed_at IS NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP TABLE deleted_definition');
  }
}
