import type { MigrationInterface, QueryRunner } from 'typeorm';

/** An attempt that is over is kept at hand until no object of it is left. Those that are over by now are left to the sweeper. */
export class HoldUntilReleased1795507300000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      ALTER TABLE workload ADD COLUMN released_at timestamptz;
      UPDATE workload SET released_at = finished_at;
      ALTER TABLE workload
        DROP CONSTRAINT workload_phase,
        DROP CONSTRAINT workload_finished,
        ADD CONSTRAINT workload_phase CHECK (
          phase IN ('requested', 'queued', 'pulling', 'starting', 'running', 'lost', 'stopping', 'releasing', 'finished')
        ),
        ADD CONSTRAINT workload_finished CHECK (
          (phase IN ('releasing', 'finished')) = (finished_at IS NOT NULL)
            AND (finished_at IS NULL OR outcome IS NOT NULL)
        ),
        ADD CONSTRAINT workload_released CHECK ((phase = 'finished') = (released_at IS NOT NULL));
      DROP INDEX workload_due;
      CREATE INDEX workload_due ON workload (due_at) WHERE released_at IS NULL;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP INDEX workload_due;
      UPDATE workload SET phase = 'finished', released_at = finished_at WHERE phase = 'releasing';
      ALTER TABLE workload
        DROP CONSTRAINT workload_released,
        DROP CONSTRAINT workload_finished,
        DROP CONSTRAINT workload_phase,
        ADD CONSTRAINT workload_phase CHECK (
          phase IN ('requested', 'queued', 'pulling', 'starting', 'running', 'lost', 'stopping', 'finished')
        ),
        ADD CONSTRAINT workload_finished CHECK (
          (phase = 'finished') = (finished_at IS NOT NULL) AND (phase <> 'finished' OR outcome IS NOT NULL)
        ),
        DROP COLUMN released_at;
      CREATE INDEX workload_due ON workload (due_at) WHERE finished_at IS NULL;
    `);
  }
}
