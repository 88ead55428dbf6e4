import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

const names = ['GRIFFIN_BUS', 'GRIFFIN_DATABASE_URL', 'GRIFFIN_KAFKA_BROKERS'];

/** Says where the running stack's bus is, as a service has it, for `npm run dead-letters`. Holds a password. */
export function writeBusEnvironment(folder: string, env: Record<string, string>): void {
  const lines = names.map((name) => `${name}=${env[name] ?? ''}\n`);
  writeFileSync(join(folder, 'bus.env'), lines.join(''), { mode: 0o600 });
}
