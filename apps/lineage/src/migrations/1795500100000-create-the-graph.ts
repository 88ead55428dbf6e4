import type { MigrationInterface, QueryRunner } from 'typeorm';

export class CreateTheGraph1795500100000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE node (
        project_id uuid NOT NULL,
        type text NOT NULL,
        id text NOT NULL,
        name text,
        version integer,
        views jsonb NOT NULL,
        valid_from timestamptz NOT NULL,
        CONSTRAINT node_pk PRIMARY KEY (project_id, type, id)
      );

      CREATE TABLE edge (
        project_id uuid NOT NULL,
        from_type text NOT NULL,
        from_id text NOT NULL,
        to_type text NOT NULL,
        to_id text NOT NULL,
        relation text NOT NULL,
        valid_from timestamptz NOT NULL,
        CONSTRAINT edge_pk PRIMARY KEY (project_id, from_type, from_id, to_type, to_id, relation)
      );
      CREATE INDEX edge_upstream ON edge (project_id, to_type, to_id);

      CREATE TABLE alias (
        project_id uuid NOT NULL,
        model_id uuid NOT NULL,
        alias text NOT NULL,
        model_version_id uuid,
        revision bigint NOT NULL,
        event_id uuid NOT NULL,
        CONSTRAINT alias_pk PRIMARY KEY (project_id, model_id, alias)
      );
      CREATE INDEX alias_model_version ON alias (project_id, model_version_id);

      CREATE TABLE snapshot (
        source text NOT NULL,
        type text NOT NULL,
        subject text NOT NULL,
        revision bigint NOT NULL,
        event_id uuid NOT NULL,
        CONSTRAINT snapshot_pk PRIMARY KEY (source, type, subject)
      );

      CREATE TABLE ingested_event (
        event_id uuid CONSTRAINT ingested_event_pk PRIMARY KEY,
        project_id uuid NOT NULL,
        type text NOT NULL,
        time timestamptz NOT NULL
      );
      CREATE INDEX ingested_event_newest ON ingested_event (project_id, time, event_id);
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE ingested_event, snapshot, alias, edge, node');
  }
}
