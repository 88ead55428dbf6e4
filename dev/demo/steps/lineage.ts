import type { GriffinClient } from '../client.ts';
import { type DatasetVersion, type Lineage, ref, type Run, type Versioned } from '../wire.ts';
import type { Described } from './features.ts';
import { eventAbout, type Scene } from './waiting.ts';

type Direction = 'upstream' | 'downstream' | 'both';

/** Step 7: the lineage of the model version, and its four pairs seen from both ends. */
export async function checkLineage(
  scene: Scene,
  views: Described,
  flights: DatasetVersion,
  run: Run,
): Promise<Lineage> {
  const { api, terminal } = scene;
  const model = run.model_version as Versioned;
  const completed = await eventAbout(api, 'run.completed', run.id);
  const registered = await eventAbout(api, 'model.registered', model.id);
  await ask(api, `model-version:${model.id}`, 'upstream', `&wait_for=${completed.id}`);
  const whole = await ask(api, `model-version:${model.id}`, 'both', `&wait_for=${registered.id}`);
  expectNodes(whole, [
    ['run', run.id],
    ['dataset', flights.id],
    ['architecture', views.architecture.id],
    ...[views.weather, views.aircraft, views.recentDelays].map((view): [string, string] => ['feature-view', view.id]),
  ]);
  const urls = whole.nodes.filter((node) => node.type === 'output-url').map((node) => node.id);
  if (urls.length === 0) throw new Error(`the lineage of ${ref(model)} names no output URL`);
  const me = `run:${run.id}`;
  await expectPair(api, `architecture:${views.architecture.id}`, me);
  await expectPair(api, `dataset:${flights.id}`, me);
  await expectPair(api, me, `model-version:${model.id}`);
  for (const url of urls) await expectPair(api, me, `output-url:${url}`);
  terminal.step(
    '7',
    `Lineage of ${ref(model)}: ${whole.nodes.length} nodes, ${whole.edges.length} edges; ` +
      'architecture-run, dataset-run, run-registry and run-output seen from both ends',
    `${api.url}/api/lineage?node=model-version:${model.id}&direction=both`,
  );
  return whole;
}

/** `to` is seen directly downstream of `from`, and `from` directly upstream of `to`. */
async function expectPair(api: GriffinClient, from: string, to: string): Promise<void> {
  expectNodes(await ask(api, from, 'downstream', '&depth=1'), [split(to)]);
  expectNodes(await ask(api, to, 'upstream', '&depth=1'), [split(from)]);
}

function expectNodes(answer: Lineage, wanted: [type: string, id: string][]): void {
  for (const [type, id] of wanted) {
    if (!answer.nodes.some((node) => node.type === type && node.id === id)) {
      throw new Error(`the lineage of ${answer.node.type} ${answer.node.id} lacks ${type} ${id}`);
    }
  }
}

function split(node: string): [type: string, id: string] {
  const colon = node.indexOf(':');
  return [node.slice(0, colon), node.slice(colon + 1)];
}

function ask(api: GriffinClient, node: string, direction: Direction, more: string): Promise<Lineage> {
  return api.get(`/api/lineage?node=${encodeURIComponent(node)}&direction=${direction}${more}`);
}
