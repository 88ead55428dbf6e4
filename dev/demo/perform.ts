import { once } from 'node:events';
import { serveUntilSignal } from '../stack/serve-until-signal.ts';
import type { Terminal } from './terminal.ts';

/**
 * Starts something, has `journey` done on it, on a terminal then serves until Ctrl-C, and leaves nothing running,
 * whatever comes. What fails is printed, and is the process's failure.
 */
export async function perform<T extends { stop(): Promise<void> }>(
  terminal: Terminal,
  what: string,
  start: () => Promise<T>,
  journey: (started: T) => Promise<void>,
): Promise<void> {
  try {
    const started = await terminal.during(() => `starting ${what}`, start());
    try {
      await Promise.race([journey(started), interruption()]);
      if (process.stdout.isTTY) await serve(terminal, started);
    } finally {
      await terminal.during(() => `ending ${what}`, started.stop());
    }
  } catch (error) {
    terminal.line(`✗ ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}

async function serve(terminal: Terminal, started: { stop(): Promise<void> }): Promise<void> {
  terminal.line('   Serving until Ctrl-C.');
  await serveUntilSignal(started);
}

/** Fails when the demo is asked to end before it has ended by itself. */
async function interruption(): Promise<never> {
  const signal = await Promise.race(
    (['SIGINT', 'SIGTERM', 'SIGHUP'] as const).map(async (name) => {
      await once(process, name);
      return name;
    }),
  );
  throw new Error(`the demo was ended by ${signal}`);
}
