import type { MigrationInterface, QueryRunner } from 'typeorm';

/** A statement that adds to the outbox wakes the relay that listens to the channel of its schema. */
export class CreateOutboxAndInbox1795500000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE outbox (
        id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT outbox_pk PRIMARY KEY,
        event_id uuid NOT NULL,
        type text NOT NULL,
        subject text NOT NULL,
        project_id uuid NOT NULL,
        envelope json NOT NULL,
        created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
        position bigint,
        published_at timestamptz
      );
      CREATE UNIQUE INDEX outbox_event_id ON outbox (event_id);
      CREATE UNIQUE INDEX outbox_position ON outbox (position);
      CREATE INDEX outbox_pending ON outbox (id) WHERE published_at IS NULL;
      CREATE INDEX outbox_log ON outbox (project_id, position);

      CREATE FUNCTION wake_relay() RETURNS trigger LANGUAGE plpgsql AS $$
      BEGIN
        PERFORM pg_notify('outbox_' || TG_TABLE_SCHEMA, '');
        RETURN NULL;
      END $$;
      CREATE TRIGGER wake_relay AFTER INSERT ON outbox FOR EACH STATEMENT EXECUTE FUNCTION wake_relay();

      CREATE TABLE inbox (
        event_id uuid CONSTRAINT inbox_pk PRIMARY KEY,
        type text NOT NULL,
        received_at timestamptz NOT NULL DEFAULT clock_timestamp()
      );
    `);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('DROP TABLE inbox; DROP TABLE outbox; DROP FUNCTION wake_relay()');
  }
}
