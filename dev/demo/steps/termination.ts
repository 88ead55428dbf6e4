import { randomUUID } from 'node:crypto';
import { trainingResources } from '../definitions.ts';
import { type Definition, type LogPage, ref, type Run } from '../wire.ts';
import { followRun, type Scene } from './waiting.ts';

/** More rounds than any machine gets through before the run is terminated. */
const endless = { num_boost_round: 100_000 };

/** Submits the run that step 8 terminates. */
export function submitLongRun(scene: Scene, definition: Definition): Promise<Run> {
  const body = { definition: ref(definition), name: 'too-long', resources: trainingResources, config: endless };
  return scene.api.post<Run>('/api/workflows', body, { 'idempotency-key': randomUUID() });
}

/** Step 8: terminated in mid-training it ends TERMINATED, nothing of it runs on, and its log stays readable. */
export async function terminateInMidTraining(scene: Scene, submitted: Run): Promise<Run> {
  const { api, terminal } = scene;
  await followRun(scene, submitted.id, isTraining);
  if ((await scene.working(submitted.id)).length === 0)
    throw new Error('the run trains, but nothing that works for it is found');
  await api.post(`/api/workflows/${submitted.id}/terminate`, { reason: 'the demo has seen enough of it' });
  const run = await followRun(scene, submitted.id, ({ is_terminal: over }) => over);
  if (run.state !== 'TERMINATED') throw new Error(`the terminated run ended ${run.state}`);
  const left = await scene.working(run.id);
  if (left.length > 0) throw new Error(`${left.join(', ')} of the terminated run are still there`);
  const characters = await readLog(scene, run);
  const link = `${api.url}/api/workflows/${run.id}/logs`;
  terminal.step(
    '8',
    `Run ${run.name} is TERMINATED, nothing works for it any more, ${characters} characters of log remain`,
    link,
  );
  return run;
}

function isTraining(run: Run): boolean {
  return run.state === 'RUNNING' && (run.progress?.fraction ?? 0) > 0;
}

/** Reads the log page by page to its end. */
async function readLog(scene: Scene, run: Run): Promise<number> {
  let read = 0;
  let cursor: string | null = null;
  let page: LogPage;
  do {
    const from: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    page = await scene.api.get<LogPage>(`/api/workflows/${run.id}/logs?limit=1000${from}`);
    read += page.text.length;
    cursor = page.next_cursor;
  } while (cursor !== null && page.text !== '');
  if (read === 0 || !page.complete)
    throw new Error(`the log of run ${run.id} is ${read === 0 ? 'empty' : 'unfinished'}`);
  return read;
}
