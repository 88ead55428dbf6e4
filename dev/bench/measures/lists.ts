import type { GriffinClient } from '../../demo/client.ts';
import type { Page, Run } from '../../demo/wire.ts';
import type { Figure, Measured } from '../figure.ts';
import { atMost, latencies, p95, timed } from '../latency.ts';
import { newProject, type BenchPlatform } from '../platform.ts';
import { trainingSubmission } from '../requests.ts';
import { seedRuns } from '../seed/runs.ts';
import type { Sizes } from '../sizes.ts';

const limitMs = 100;
const limitRatio = 2;

/** What people list: the newest, further pages, and what each filter finds, from nearly all to nothing. */
const searches: Record<string, (random: number) => string> = {
  'the newest': () => '',
  'of a definition': (random) => `&definition=definition-${random % 50}`,
  'succeeded (nearly all)': () => '&state=SUCCEEDED',
  'failed (1 in 1,000)': () => '&state=FAILED',
  'failed, of a definition': (random) => `&state=FAILED&definition=definition-${random % 50}`,
  'running (none)': () => '&state=RUNNING,PROVISIONING',
  'evaluations (none)': () => '&kind=evaluate',
  'of a shared name': (random) => `&name=nightly-${(random % 10) * 10 + 1 + (random % 9)}`,
  'of a name of one run': (random) => `&name=experiment-${random * 10}`,
  'of a name that no run has': () => '&name=nothing',
};
const nextPage = 'the next page';

/** Lists and searches of runs among few and among many. */
export async function measureLists(platform: BenchPlatform, sizes: Sizes): Promise<Measured> {
  const template = await platform.api.post<Run>('/api/workflows', await trainingSubmission(platform));
  const project = await newProject(platform);
  const taken: Record<string, Timed>[] = [];
  for (const total of sizes.runs) {
    await seedRuns(platform.admin, project.id, template.id, total);
    taken.push(await measureAll(project.api, total, sizes.requests));
  }
  const [few, many] = taken as [Record<string, Timed>, Record<string, Timed>];
  const [fewRuns, manyRuns] = sizes.runs.map((total) => total.toLocaleString('en'));
  const method =
    `One client pages through the project's runs, 50 to a page, ${sizes.requests} requests of each kind one after the ` +
    `other, with ${fewRuns} and then ${manyRuns} runs in the project. The runs are rows made by SQL, each with its attempt and ` +
    'history. Figures are p50 / p95. Growth is judged where both answer with as many runs.';
  const figures = [...Object.keys(searches), nextPage].flatMap((kind): Figure[] => {
    return [
      atMost(`${kind}, ${fewRuns} runs`, few[kind]!.taken, limitMs),
      atMost(`${kind}, ${manyRuns} runs`, many[kind]!.taken, limitMs),
      growth(kind, few[kind]!, many[kind]!),
    ];
  });
  return { title: 'Lists and searches of runs', method, figures };
}

interface Timed {
  taken: number[];
  items: number;
}

/** A filter that finds a few runs among few fills whole pages among many: a longer answer takes longer. */
function growth(kind: string, few: Timed, many: Timed): Figure {
  const ratio = p95(many.taken) / p95(few.taken);
  const what = `${kind}, p95 with many to p95 with few`;
  if (few.items !== many.items) {
    return { what: `${what} (of ${few.items} and ${many.items} runs in the answers)`, figure: ratio.toFixed(2) };
  }
  return {
    what,
    figure: ratio.toFixed(2),
    target: { text: `at most ${limitRatio} times as long`, met: ratio <= limitRatio },
  };
}

async function measureAll(api: GriffinClient, total: number, requests: number): Promise<Record<string, Timed>> {
  const taken: Record<string, Timed> = {};
  const randoms = Array.from({ length: requests }, (_, index) => (index * 7919) % Math.floor(total / 10));
  for (const [kind, query] of Object.entries(searches)) {
    const paths = randoms.map((random) => `/api/workflows?limit=50${query(random)}`);
    await latencies(api, paths.slice(0, 5));
    taken[kind] = await timed(api, paths);
  }
  taken[nextPage] = { taken: await pageThrough(api, requests), items: requests * 50 };
  return taken;
}

/** From page to page, and from the first again after the last. */
async function pageThrough(api: GriffinClient, requests: number): Promise<number[]> {
  const taken: number[] = [];
  for (let cursor: string | null = null; taken.length < requests;) {
    const begun = performance.now();
    const page: Page<Run> = await api.get(`/api/workflows?limit=50${cursor === null ? '' : `&cursor=${cursor}`}`);
    if (cursor !== null) taken.push(performance.now() - begun);
    cursor = page.next_cursor;
  }
  return taken;
}
