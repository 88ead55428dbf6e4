import type { MigrationInterface, QueryRunner } from 'typeorm';

/** `run_active_owner` is the backstop of the promise that an owner has one active run. */
export class CreateRuns1795511200000 implements MigrationInterface {
  async up(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      CREATE TABLE run (
        id uuid NOT NULL,
        project_id uuid NOT NULL,
        name text NOT NULL,
        kind text NOT NULL,
        definition_name text NOT NULL,
        definition_version integer NOT NULL,
        spec jsonb NOT NULL,
        tags text[] NOT NULL,
        state text NOT NULL,
        revision integer NOT NULL,
        attempt integer NOT NULL,
        reason jsonb,
        retryable boolean NOT NULL,
        observation jsonb NOT NULL,
        resources text NOT NULL,
        links jsonb NOT NULL,
        metrics jsonb NOT NULL,
        outputs jsonb NOT NULL,
        log_tail text,
        model_version jsonb,
        dataset_version jsonb,
        progress jsonb,
        owner_key text,
        owner_ref jsonb,
        created_at timestamptz NOT NULL,
        started_at timestamptz,
        finished_at timestamptz,
        deadline_at timestamptz NOT NULL,
        heard_at timestamptz NOT NULL,
        CONSTRAINT run_pkey PRIMARY KEY (id),
        CONSTRAINT run_project_fkey FOREIGN KEY (project_id) REFERENCES project (id)
      );
      CREATE INDEX run_list ON run (project_id, id);
      CREATE INDEX run_of_definition ON run (project_id, definition_name, id);
      CREATE INDEX run_active ON run (heard_at)
        WHERE state IN ('REQUESTED', 'PROVISIONING', 'RUNNING', 'TERMINATING');
      CREATE UNIQUE INDEX run_active_owner ON run (project_id, owner_key)
        WHERE owner_key IS NOT NULL AND state IN ('REQUESTED', 'PROVISIONING', 'RUNNING', 'TERMINATING');

      CREATE TABLE attempt (
        run_id uuid NOT NULL,
        number integer NOT NULL,
        project_id uuid NOT NULL,
        phase text NOT NULL,
        boot_id uuid,
        outcome text,
        reason jsonb,
        links jsonb NOT NULL,
        metrics jsonb NOT NULL,
        log_tail text,
        observed_revision integer NOT NULL,
        exit text,
        exit_code integer,
        created_at timestamptz NOT NULL DEFAULT now(),
        started_at timestamptz,
        reported_at timestamptz,
        finished_at timestamptz,
        CONSTRAINT attempt_pkey PRIMARY KEY (run_id, number),
        CONSTRAINT attempt_run_fkey FOREIGN KEY (run_id) REFERENCES run (id)
      );

      CREATE TABLE run_history (
        run_id uuid NOT NULL,
        revision integer NOT NULL,
        project_id uuid NOT NULL,
        state text NOT NULL,
        attempt integer NOT NULL,
        reason jsonb,
        caused_by text NOT NULL,
        changed_at timestamptz NOT NULL,
        CONSTRAINT run_history_pkey PRIMARY KEY (run_id, revision),
        CONSTRAINT run_history_run_fkey FOREIGN KEY (run_id) REFERENCES run (id)
      );

      CREATE TABLE idempotency_key (
        project_id uuid NOT NULL,
        key text NOT NULL,
        body_digest text NOT NULL,
        run_id uuid NOT NULL,
        created_at timestamptz NOT NULL DEFAULT now(),
        CONSTRAINT idempotency_key_pkey PRIMARY KEY (project_id, key),
        CONSTRAINT idempotency_key_run_fkey FOREIGN KEY (run_id) REFERENCES run (id)
      );

      CREATE TABLE run_owner (
        project_id uuid NOT NULL,
        key text NOT NULL,
        epoch integer NOT NULL,
        round integer NOT NULL,
        CONSTRAINT run_owner_pkey PRIMARY KEY (project_id, key)
      );
    `);
  }

  async down(queryRunner: QueryRunner): Promise<void> {
    await queryRunner.query(`
      DROP TABLE run_owner; DROP TABLE idempotency_key; DROP TABLE run_history; DROP TABLE attempt; DROP TABLE run;
    `);
  }
}
