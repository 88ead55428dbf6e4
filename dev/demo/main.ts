import { once } from 'node:events';
import { join } from 'node:path';
import { tokenFile } from '../stack/secrets.ts';
import { serveUntilSignal } from '../stack/serve-until-signal.ts';
import { startStack, type Stack } from '../stack/start-stack.ts';
import { openStateFolder } from '../stack/state-folder.ts';
import { type ClusterState, findCluster } from '../../libs/testing/src/index.ts';
import { Bucket } from './bucket.ts';
import { type FlightTables, prepareFlights } from './flights.ts';
import { travel } from './journey.ts';
import { sceneOf } from './scene.ts';
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
  const cluster = wantedCluster();
  const starting = startStack({ apiPort, cluster, onProgress: (line) => terminal.line(`   ${line}`) });
  const stack = await terminal.during(() => 'starting the stack', starting);
  try {
    await Promise.race([journey(stack, preparing, cluster), interruption()]);
    if (process.stdout.isTTY) await serve(stack);
  } finally {
    await terminal.during(() => 'ending the stack', stack.stop());
  }
}

/** With `--cluster`, the one that `make cluster` started or GRIFFIN_KUBECONFIG names. */
function wantedCluster(): ClusterState | undefined {
  if (!process.argv.includes('--cluster')) return undefined;
  const cluster = findCluster();
  if (!cluster?.hostAddress) throw new Error("There is no cluster that reaches this machine: run 'make cluster'");
  return cluster;
}

async function journey(
  stack: Stack,
  preparing: Promise<FlightTables>,
  cluster: ClusterState | undefined,
): Promise<void> {
  terminal.line(`   Griffin serves at ${stack.apiUrl}/api/docs; its token is in ${tokenFile(stack.state.keys)}`);
  const local = await terminal.during(() => 'preparing the flights of 2013', preparing);
  const tables = stack.s3 ? await new Bucket(stack.s3).holdAll(local) : local;
  terminal.step('1', 'Feature tables of the flights out of New York in 2013', tables.flights);
  await travel(sceneOf(stack, terminal, cluster), tables, { config: { num_boost_round: 80 } });
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
