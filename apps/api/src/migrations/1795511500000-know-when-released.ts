import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Until now an attempt that was over was taken to have nothing left. */
export class KnowWhenReleased1795511500000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE attempt ADD COLUMN released_at timestamptz;
      UPDATE attempt SET released_at = finished_at;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE attempt DROP COLUMN released_at;
      UPDATE run SET resources = 'released'
      FROM attempt
      WHERE attempt.run_id = run.id AND attempt.number = run.attempt AND attempt.finished_at IS NOT NULL;
    `);
  }
}
