import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `workload_revision` numbers what the worker says of its attempts: drawn under the row's lock, so it grows per attempt. */
export class CreateWorkload1795507200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE workload (
        run_id uuid NOT NULL,
        attempt integer NOT NULL,
        project_id uuid NOT NULL,
        spec jsonb,
        caused_by text NOT NULL,
        traceparent text,
        desired text NOT NULL,
        absent_reason jsonb,
        phase text NOT NULL,
        reason jsonb,
        handle jsonb,
        cluster jsonb,
        failures integer NOT NULL,
        unseen_since timestamptz,
        outcome jsonb,
        progressed_at timestamptz,
        created_at timestamptz NOT NULL DEFAULT now(),
        finished_at timestamptz,
        due_at timestamptz NOT NULL DEFAULT now(),
        lease_owner uuid,
        lease_until timestamptz,
        CONSTRAINT workload_pkey PRIMARY KEY (run_id, attempt),
        CONSTRAINT workload_desired CHECK (desired IN ('present', 'absent')),
        CONSTRAINT workload_present_has_spec CHECK (desired = 'absent' OR spec IS NOT NULL),
        CONSTRAINT workload_absent_has_reason CHECK (desired = 'present' OR absent_reason IS NOT NULL),
        CONSTRAINT workload_phase CHECK (
          phase IN ('requested', 'queued', 'pulling', 'starting', 'running', 'lost', 'stopping', 'finished')
        ),
        CONSTRAINT workload_finished CHECK (
          (phase = 'finished') = (finished_at IS NOT NULL) AND (phase <> 'finished' OR outcome IS NOT NULL)
        )
      );
      CREATE INDEX workload_due ON workload (due_at) WHERE finished_at IS NULL;
      CREATE SEQUENCE workload_revision;
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query('DROP SEQUENCE workload_revision; DROP TABLE workload;');
  }
}
