/** Shows, mends and replays the dead letters of the bus that the environment names. */
import { busSettings, EnvironmentError, readEnvironment } from '@griffin/platform';
import { DeadLetters } from './dead-letters.ts';
import { Environment } from './environment.ts';
import { openLetterBus } from './open-letter-bus.ts';
import { Refusal } from './refusal.ts';
import { runCommand } from './run-command.ts';

// kafkajs sets timers that Node warns of; whoever looks after letters can do nothing about it.
process.removeAllListeners('warning');

try {
  const bus = openLetterBus(busSettings(readEnvironment(Environment)));
  try {
    process.stdout.write(await runCommand(new DeadLetters(bus), process.argv.slice(2)));
  } finally {
    await bus.close();
  }
} catch (error) {
  console.error(explain(error));
  process.exitCode = 1;
}

function explain(error: unknown): string {
  if (error instanceof Refusal || error instanceof EnvironmentError) return error.message;
  // PostgreSQL's client may fail for several addresses at once, with a code and no message.
  const { message, code } = error as { message?: string; code?: string };
  return `The bus cannot be used: ${message || code}`;
}
