import { randomUUID } from 'node:crypto';
import { trainingDefinition, trainingResources } from '../definitions.ts';
import { type DatasetVersion, type Definition, ref, type Run } from '../wire.ts';
import type { Described } from './features.ts';
import { eventAbout, runSucceeded, type Scene } from './waiting.ts';

/** Step 4: a workflow definition is created and a run of it submitted; sending the request again gives the same run. */
export async function submitTraining(
  scene: Scene,
  views: Described,
  flights: DatasetVersion,
  config: Record<string, unknown>,
): Promise<{ definition: Definition; run: Run }> {
  const { api, terminal } = scene;
  const body = trainingDefinition(views.architecture, flights);
  const definition = await api.post<Definition>('/api/workflow-definitions', body);
  const link = `${api.url}/api/workflow-definitions/${definition.name}/versions/${definition.version}`;
  terminal.step('4', `Workflow definition ${ref(definition)}: XGBoost on ${ref(flights)}`, link);
  const run = await submitTwice(scene, { definition: ref(definition), resources: trainingResources, config });
  const { workers, cpu, gpu, memory_gib: memory, ssd_gib: ssd } = trainingResources;
  const asked = `${workers} workers, ${cpu} CPU, ${gpu} GPU, ${memory} GiB memory, ${ssd} GiB SSD each`;
  terminal.step('', `Run ${run.name} is submitted: ${asked}`, `${api.url}/api/workflows/${run.id}`);
  return { definition, run };
}

async function submitTwice(scene: Scene, body: object): Promise<Run> {
  const headers = { 'idempotency-key': randomUUID() };
  const first = await scene.api.ask<Run>('POST', '/api/workflows', { body, headers });
  const again = await scene.api.ask<Run>('POST', '/api/workflows', { body, headers });
  if (first.status !== 201 || again.status !== 200 || again.headers.get('idempotency-replayed') !== 'true') {
    throw new Error(`submitting twice under one key answered ${first.status}, then ${again.status}`);
  }
  if (again.body.id !== first.body.id) throw new Error('submitting twice under one key gave two runs');
  return first.body;
}

/** Step 5: the run goes through the bus to a real Ray and comes back as a model version and one `run.completed`. */
export async function awaitTraining(scene: Scene, submitted: Run): Promise<Run> {
  const { api, terminal } = scene;
  const run = await runSucceeded(scene, submitted.id);
  if (run.model_version === null) throw new Error(`run ${run.id} succeeded and left no model version`);
  const event = await eventAbout(api, 'run.completed', run.id);
  terminal.step('5', `Trained on Ray`, linkOf(run, 'ray_dashboard'));
  terminal.step('', 'Its metrics are in MLflow', linkOf(run, 'mlflow'));
  const version = `${run.model_version.name}/versions/${run.model_version.version}`;
  const registry = `${api.url}/api/registry/models/${version}`;
  terminal.step('', `Model version ${ref(run.model_version)} is in the registry; run.completed ${event.id}`, registry);
  return run;
}

function linkOf(run: Run, name: string): string {
  const url = run.links[name];
  if (url === undefined || url === null) throw new Error(`run ${run.id} has no link ${name}`);
  return url;
}
