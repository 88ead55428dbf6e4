import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * `run_history_end` is the backstop of the promise that a run ends once, and so of one `run.completed`: that event and
 * this row are written together. The other two serve what looks after runs.
 */
export class GuardTheEndOfRuns1795511300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE run_history ADD COLUMN from_state text;
      CREATE UNIQUE INDEX run_history_end ON run_history (run_id)
        WHERE from_state <> state AND state IN ('SUCCEEDED', 'FAILED', 'TERMINATED');
      DROP INDEX run_active;
      CREATE INDEX run_unsettled ON run (heard_at) WHERE resources <> 'released';
      CREATE INDEX run_deadline ON run (deadline_at) WHERE state IN ('REQUESTED', 'PROVISIONING', 'RUNNING');
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX run_deadline;
      DROP INDEX run_unsettled;
      CREATE INDEX run_active ON run (heard_at)
        WHERE state IN ('REQUESTED', 'PROVISIONING', 'RUNNING', 'TERMINATING');
      DROP INDEX run_history_end;
      ALTER TABLE run_history DROP COLUMN from_state;
    `);
  }
}
