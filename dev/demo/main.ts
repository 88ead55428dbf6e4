import { once } from 'node:events';
import { join } from 'node:path';
import { tokenFile } from '../stack/secrets.ts';
import { serveUntilSignal } from '../stack/serve-until-signal.ts';
import { startStack, type Stack } from '../stack/start-stack.ts';
import { openStateFolder } from '../stack/state-folder.ts';
import { GriffinClient } from './client.ts';
import { type FlightTables, prepareFlights } from './flights.ts';
import { travel } from './journey.ts';
import { Terminal } from './terminal.ts';

const terminal = new Terminal();

await demo().catch((error: unknown) => {
  terminal.line(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
});

/** Starts the stack, takes a model from features to registry, and leaves nothing running. */
async function demo(): Promise<void> {
  const state = openStateFolder();
  const tools = { uv: join(state.root, 'uv/bin/uv'), python: state.runtimesPython };
  const apiPort = Number(process.env['GRIFFIN_PORT'] ?? 8080);
  const preparing = prepareFlights(tools, join(state.root, 'demo'));
  preparing.catch(() => {}); // It is awaited, and so reported, once there is a stack to stop.
  const starting = startStack({ apiPort, onProgress: (line) => terminal.line(`   ${line}`) });
  const stack = await terminal.during(() => 'starting the stack', starting);
  try {
    await Promise.race([journey(stack, preparing), interruption()]);
    if (process.stdout.isTTY) await serve(stack);
  } finally {
    await terminal.during(() => 'ending the stack', stack.stop());
  }
}

async function journey(stack: Stack, preparing: Promise<FlightTables>): Promise<void> {
  terminal.line(`   Griffin serves at ${stack.apiUrl}/api/docs; its token is in ${tokenFile(stack.state.keys)}`);
  const tables = await terminal.during(() => 'preparing the flights of 2013', preparing);
  terminal.step('1', 'Feature tables of the flights out of New York in 2013', tables.flights);
  const scene = {
    api: new GriffinClient(stack.apiUrl, stack.token),
    token: stack.token,
    terminal,
    python: stack.state.runtimesPython,
  };
  await travel(scene, tables, { config: { num_boost_round: 80 } });
  terminal.line(`✓ From features to registry in ${terminal.seconds()} s.`);
}

async function serve(stack: Stack): Promise<void> {
  terminal.line('   Serving until Ctrl-C.');
  await serveUntilSignal(stack);
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
