import { roleOf, serviceSchemas } from './service-role.ts';

const everyRole = serviceSchemas.map(roleOf).join(', ');

/**
 * The embedded bus: an append-only log and each consumer's place in it.
 *
 * A statement trigger takes a lock until commit before the insert draws its `seq`, so `seq` order is commit order and a
 * reader that goes on from the last `seq` it saw skips nothing. Another one wakes listeners of the channel `bus_event`.
 * A service may append, read all, and move the consumer row of its own name only: `isc-worker` is `griffin_isc`'s.
 */
export const busSchema = `
  CREATE SCHEMA IF NOT EXISTS bus;
  CREATE TABLE IF NOT EXISTS bus.event (
    seq bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    topic text NOT NULL,
    key text NOT NULL,
    envelope text NOT NULL,
    appended_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );
  CREATE TABLE IF NOT EXISTS bus.consumer (
    service text PRIMARY KEY,
    seq bigint NOT NULL DEFAULT 0,
    updated_at timestamptz NOT NULL DEFAULT clock_timestamp()
  );

  CREATE OR REPLACE FUNCTION bus.serialize_appends() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('griffin:bus:append', 0));
    RETURN NULL;
  END $$;
  CREATE OR REPLACE FUNCTION bus.wake_consumers() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    PERFORM pg_notify('bus_event', '');
    RETURN NULL;
  END $$;
  CREATE OR REPLACE TRIGGER serialize_appends BEFORE INSERT ON bus.event
    FOR EACH STATEMENT EXECUTE FUNCTION bus.serialize_appends();
  CREATE OR REPLACE TRIGGER wake_consumers AFTER INSERT ON bus.event
    FOR EACH STATEMENT EXECUTE FUNCTION bus.wake_consumers();

  ALTER TABLE bus.consumer ENABLE ROW LEVEL SECURITY;
  DROP POLICY IF EXISTS read_all ON bus.consumer;
  CREATE POLICY read_all ON bus.consumer FOR SELECT USING (true);
  DROP POLICY IF EXISTS insert_own ON bus.consumer;
  CREATE POLICY insert_own ON bus.consumer FOR INSERT
    WITH CHECK ('griffin_' || split_part(service, '-', 1) = current_user);
  DROP POLICY IF EXISTS update_own ON bus.consumer;
  CREATE POLICY update_own ON bus.consumer FOR UPDATE
    USING ('griffin_' || split_part(service, '-', 1) = current_user);

  GRANT USAGE ON SCHEMA bus TO ${everyRole};
  GRANT SELECT, INSERT ON bus.event TO ${everyRole};
  GRANT SELECT, INSERT, UPDATE ON bus.consumer TO ${everyRole};
`;
