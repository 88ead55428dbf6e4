/** Shows, mends and replays the dead letters of the bus that the environment names. */
import { busSettings, EnvironmentError, readEnvironment } from '@griffin/platform';
import { DeadLetters } from './dead-letters.ts';
import { Environment } from './environment.ts';
import { openLetterBus } from './open-letter-bus.ts';
import { Refusal } from './refusal.ts';
import { runCommand } from './run-command.ts';

try {
  const bus = openLetterBus(busSettings(readEnvironment(Environment)));
  try {
    process.stdout.write(await runCommand(new DeadLetters(bus), process.argv.slice(2)));
  } finally {
    await bus.close();
  }
} catch (error) {
  if (!(error instanceof Refusal || error instanceof EnvironmentError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
