import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Says where the running stack's bus is, as a service has it, for `npm run dead-letters`. Holds a password. */
export function writeBusEnvironment(folder: string, databaseUrl: string, kafkaBrokers: string | undefined): void {
  const lines = [
    `GRIFFIN_BUS=${kafkaBrokers === undefined ? 'embedded' : 'kafka'}`,
    `GRIFFIN_DATABASE_URL=${databaseUrl}`,
    `GRIFFIN_KAFKA_BROKERS=${kafkaBrokers ?? ''}`,
  ];
  writeFileSync(join(folder, 'bus.env'), `${lines.join('\n')}\n`, { mode: 0o600 });
}
