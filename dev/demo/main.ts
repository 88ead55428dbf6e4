/** Takes a model from features to registry on a stack of its own. Usage: main.ts [--cluster] */
import { tokenFile } from '../stack/secrets.ts';
import { startStack, type Stack } from '../stack/start-stack.ts';
import { openStateFolder } from '../stack/state-folder.ts';
import { type ClusterState, findCluster } from '../../libs/testing/src/index.ts';
import { Bucket } from './bucket.ts';
import { type FlightTables, prepareInState } from './flights.ts';
import { travel } from './journey.ts';
import { perform } from './perform.ts';
import { sceneOf } from './scene.ts';
import { Terminal } from './terminal.ts';

const terminal = new Terminal();
const apiPort = Number(process.env['GRIFFIN_PORT'] ?? 8080);

await perform(terminal, 'the stack', start, ({ stack, preparing, cluster }) => journey(stack, preparing, cluster));

async function start() {
  const preparing = prepareInState(openStateFolder());
  preparing.catch(() => {}); // It is awaited, and so reported, once there is a stack to stop.
  const cluster = wantedCluster();
  const stack = await startStack({ apiPort, cluster, onProgress: (line) => terminal.line(`   ${line}`) });
  return { stack, preparing, cluster, stop: () => stack.stop() };
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
