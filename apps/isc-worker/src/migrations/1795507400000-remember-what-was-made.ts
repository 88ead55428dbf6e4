import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Of attempts that are there already it is taken for granted, as it was before. */
export class RememberWhatWasMade1795507400000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE workload ADD COLUMN made boolean NOT NULL DEFAULT true;
      ALTER TABLE workload ALTER COLUMN made SET DEFAULT false;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('ALTER TABLE workload DROP COLUMN made;');
  }
}
