import { join } from 'node:path';
import { driftedSchemas, writeSchemas } from './event-schemas.ts';

/** Writes docs/events/<type>.json; with --check only compares, and fails on a difference. */
const folder = join(import.meta.dirname, '../../docs/events');

if (process.argv.includes('--check')) {
  const drifted = await driftedSchemas(folder);
  if (drifted.length > 0) {
    console.error(
      `docs/events is not as the code has it: ${drifted.join(', ')}. Run: node dev/docs/write-event-schemas.ts`,
    );
    process.exitCode = 1;
  }
} else {
  await writeSchemas(folder);
}
