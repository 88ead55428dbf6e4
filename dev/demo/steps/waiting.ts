import type { GriffinClient } from '../client.ts';
import type { Activity, Terminal } from '../terminal.ts';
import type { DatasetVersion, LoggedEvent, Page, Run } from '../wire.ts';

/** What every step of the journey works with. */
export interface Scene {
  api: GriffinClient;
  token: string;
  terminal: Terminal;
  /** Python with the runtimes' packages. */
  python: string;
  /** What reads artifacts where they lie in S3; empty on a folder. */
  s3: Record<string, string>;
  /** The names of everything that still computes for a run. */
  working: (runId: string) => Promise<string[]>;
}

/** Long enough to ask seldom, short enough to show progress figures, which do not end a wait at the API. */
const waitSeconds = 2;

/** Follows a run until `enough`; a run that ends before that without success is an error that tells why. */
export async function followRun(scene: Scene, id: string, enough: (run: Run) => boolean): Promise<Run> {
  let run = await scene.api.get<Run>(`/api/workflows/${id}`);
  const follow = async () => {
    while (!enough(run) && !run.is_terminal) run = await scene.api.get(`/api/workflows/${id}?wait=${waitSeconds}`);
    return run;
  };
  await scene.terminal.during(() => describe(run), follow());
  if (!enough(run)) throw new Error(explainEnd(run));
  return run;
}

/** The run's end, which must be a success. */
export function runSucceeded(scene: Scene, id: string): Promise<Run> {
  return followRun(scene, id, (run) => run.is_successful);
}

/** The version once it is READY. */
export async function datasetReady(scene: Scene, pending: DatasetVersion, activity: Activity): Promise<DatasetVersion> {
  const path = `/api/training/dataset/${pending.name}/versions/${pending.version}`;
  let version = pending;
  const follow = async () => {
    while (version.state === 'PENDING') version = await scene.api.get(`${path}?wait=25`);
    return version;
  };
  await scene.terminal.during(activity, follow());
  if (version.state === 'READY') return version;
  const run = await scene.api.get<Run>(`/api/workflows/${version.run_id}`);
  throw new Error(explainEnd(run));
}

const publishedWithinMs = 60_000;

/** The one event of this type about this subject: the log is read from its start, until it comes. */
export async function eventAbout(api: GriffinClient, type: string, subject: string): Promise<LoggedEvent> {
  const deadline = performance.now() + publishedWithinMs;
  let after = '';
  do {
    const page: Page<LoggedEvent> = await api.get(`/api/events?types=${type}&limit=200&wait=${waitSeconds}${after}`);
    const found = page.items.find((event) => event.subject === subject);
    if (found !== undefined) return found;
    if (page.next_cursor !== null) after = `&after=${encodeURIComponent(page.next_cursor)}`;
  } while (performance.now() < deadline);
  throw new Error(`no ${type} event about ${subject} was published`);
}

function describe(run: Run): string {
  const { phase, fraction, message, metrics } = run.progress ?? {};
  const share = fraction === undefined ? [] : [`${Math.round(fraction * 100)}%`];
  const figures = Object.entries(metrics ?? {}).map(([name, value]) => `${name} ${value.toFixed(4)}`);
  const said = [phase, message].filter((text) => text !== undefined && text !== '');
  return [run.name, run.state, ...said, ...share, ...figures].join(' · ');
}

function explainEnd(run: Run): string {
  const reason = run.reason === null ? 'without a reason' : `${run.reason.code}: ${run.reason.message}`;
  const log = run.log_tail === null ? '' : `\n${run.log_tail}`;
  return `run ${run.name} (${run.id}) ended ${run.state}, ${reason}${log}`;
}
