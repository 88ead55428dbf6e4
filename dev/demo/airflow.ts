/** Takes a model from features to the registry by the provider's example DAG, on an Airflow and a stack of its own. */
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { DagRun } from '../airflow/airflow-client.ts';
import { type Airflow, startAirflow } from '../airflow/start-airflow.ts';
import { startStack, type Stack } from '../stack/start-stack.ts';
import { openStateFolder, repository } from '../stack/state-folder.ts';
import { dataset, definitionName, trainingDefinition, trainingResources, wholeYear } from './definitions.ts';
import { type FlightTables, prepareInState } from './flights.ts';
import { perform } from './perform.ts';
import { sceneOf } from './scene.ts';
import { describeFeatures } from './steps/features.ts';
import { endLeftovers } from './steps/leftovers.ts';
import { Terminal } from './terminal.ts';
import { ref, type Run } from './wire.ts';

const dagId = 'example_griffin';
const provider = 'python/apache-airflow-providers-griffin/src/airflow/providers/griffin';
const example = join(repository, provider, 'example_dags', `${dagId}.py`);

interface Started {
  stack: Stack;
  airflow: Airflow;
  preparing: Promise<FlightTables>;
}

const terminal = new Terminal();
const apiPort = Number(process.env['GRIFFIN_PORT'] ?? 8080);

await perform(terminal, 'the stack and Airflow', start, journey);

async function start(): Promise<Started & { stop(): Promise<void> }> {
  const preparing = prepareInState(openStateFolder());
  preparing.catch(() => {}); // It is awaited, and so reported, once there is a stack to stop.
  const stack = await startStack({ apiPort, onProgress: (line) => terminal.line(`   ${line}`) });
  try {
    const connection = { conn_type: 'griffin', host: stack.apiUrl, password: stack.token };
    const env = { AIRFLOW_CONN_GRIFFIN_DEFAULT: JSON.stringify(connection) };
    const { state, databaseAdminUrl } = stack;
    const airflow = await startAirflow({ state, databaseAdminUrl, dags: [example], env });
    const stop = async () => {
      await airflow.stop();
      await stack.stop();
    };
    return { stack, airflow, preparing, stop };
  } catch (error) {
    await stack.stop();
    throw error;
  }
}

async function journey({ stack, airflow, preparing }: Started): Promise<void> {
  terminal.line(`   Griffin serves at ${stack.apiUrl}/api/docs, Airflow at ${airflow.url}, which asks for no password`);
  const tables = await terminal.during(() => 'preparing the flights of 2013', preparing);
  const scene = sceneOf(stack, terminal, undefined);
  terminal.step('1', 'Feature tables of the flights out of New York in 2013', tables.flights);
  await endLeftovers(scene);
  const { architecture: trees, ...views } = await describeFeatures(scene, tables);
  await scene.api.post('/api/workflow-definitions', { ...trainingDefinition(trees), resources: trainingResources });
  terminal.step('3', `Workflow definition ${definitionName}, without a dataset`, example);

  const request = dataset(tables, Object.values(views), wholeYear);
  const run = await airflow.client.trigger(dagId, { dataset: request, config: { num_boost_round: 80 } });
  const link = `${airflow.url}/dags/${dagId}/runs/${encodeURIComponent(run.runId)}`;
  terminal.step('4', `DAG ${dagId} is triggered`, link);
  await succeeded(airflow, run);
  const { run_id: runId } = await airflow.client.xcom<{ run_id: string }>(run, 'train');
  const trained = await scene.api.get<Run>(`/api/workflows/${runId}`);
  const auc = trained.metrics['test_auc']?.toFixed(4);
  terminal.step(
    '5',
    `Run ${trained.name} is ${trained.state}, test_auc ${auc}`,
    `${stack.apiUrl}/api/workflows/${runId}`,
  );
  const version = trained.model_version && ref(trained.model_version);
  terminal.step('6', `Model version ${version} is the champion`, `${stack.apiUrl}/api/registry/models`);
  terminal.line(`✓ From features to the registry by a DAG in ${terminal.seconds()} s: ${link}`);
}

/** Follows the DAG's run to its end, and prints each task that ends. Throws where one fails. */
async function succeeded({ client }: Airflow, run: DagRun): Promise<void> {
  const told = new Set<string>();
  let states = '';
  const follow = async () => {
    for (;;) {
      const state = await client.dagRunState(run);
      const tasks = await client.tasks(run);
      states = tasks.map((task) => `${task.task_id} ${task.state ?? 'waits'}`).join(', ');
      for (const task of tasks.filter(({ task_id: id, state: at }) => at === 'success' && !told.has(id))) {
        told.add(task.task_id);
        terminal.step('', `Task ${task.task_id} is done`);
      }
      if (state === 'success') return;
      if (state === 'failed') throw new Error(`the DAG's run failed: ${states}`);
      await pause(1_000);
    }
  };
  await terminal.during(() => states, follow());
}
