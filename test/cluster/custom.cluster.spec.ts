import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followRun } from '../../dev/demo/steps/waiting.ts';
import type { Definition, LogPage, Run } from '../../dev/demo/wire.ts';
import { eventually, testCluster } from '../../libs/testing/src/index.ts';
import { filesWith } from '../e2e/support/files-with.ts';
import { startPlatform, type TestPlatform } from '../e2e/support/platform.ts';
import { submit } from '../e2e/support/small-training.ts';
import { ClusterObjects } from './support/cluster-objects.ts';
import { ownImage, smallContainer } from './support/own-image.ts';

const cluster = await testCluster();
const patience = { timeoutMs: 60_000, intervalMs: 250 };
const over = (run: Run) => run.is_terminal;

/** Counts on both streams, and exits with `code`. */
const counting = (count: number, seconds = 0, code = 0) => `
import sys, time
for n in range(${count}):
    print("line", n, "é" * 20, flush=True)
    if n % 2: print("error", n, file=sys.stderr, flush=True)
    time.sleep(${seconds})
sys.exit(${code})`;

const linesOf = (text: string, word: string) => text.split('\n').filter((line) => line.startsWith(`${word} `));
const counted = (text: string) => linesOf(text, 'line').map((line) => Number(line.split(' ')[1]));
const upTo = (count: number) => Array.from({ length: count }, (_, n) => n);

describe.runIf(cluster.available && cluster.hostAddress !== '')('an image of the user on Kubernetes', () => {
  let platform: TestPlatform;
  let objects: ClusterObjects;
  let definitions = 0;

  beforeAll(async () => {
    platform = await startPlatform({ cluster });
    objects = new ClusterObjects(cluster.kubeconfig);
  });
  afterAll(() => platform?.end());

  async function start(program: string, more: { args?: string[]; env?: object } = {}): Promise<Run> {
    const { args = [], ...rest } = more;
    const definition = await platform.scene.api.post<Definition>('/api/workflow-definitions', {
      ...ownImage(cluster, `own-${(definitions += 1)}`, program, args),
      ...rest,
    });
    return submit(platform.scene, definition, { resources: smallContainer });
  }

  const logPage = (id: string, query = '') => platform.scene.api.get<LogPage>(`/api/workflows/${id}/logs${query}`);

  /** All of it, page by page. */
  async function wholeLog(id: string): Promise<string> {
    let text = '';
    for (let query = ''; ;) {
      const page = await logPage(id, query);
      text += page.text;
      if (page.complete) return text;
      query = `?cursor=${page.next_cursor}`;
    }
  }

  /** As it is once nothing of it is left. */
  async function ended(id: string): Promise<Run> {
    await followRun(platform.scene, id, over);
    return eventually(async () => {
      expect(await objects.count(id)).toEqual({});
      const run = await platform.scene.api.get<Run>(`/api/workflows/${id}`);
      expect(run.resources).toBe('released');
      return run;
    }, patience);
  }

  it('succeeds when its container exits with 0, and leaves all of its log', async () => {
    const { id } = await start(counting(20_000));
    expect(await ended(id)).toMatchObject({ state: 'SUCCEEDED', attempt: 1, reason: null });
    const log = await wholeLog(id);
    expect(counted(log)).toEqual(upTo(20_000));
    expect(linesOf(log, 'error')).toHaveLength(10_000);
  });

  it('fails by its exit code, with the end of its log', async () => {
    const { id } = await start(counting(10, 0, 3));
    const failed = await ended(id);
    expect(failed).toMatchObject({ state: 'FAILED', reason: { code: 'runtime_error' }, attempt: 1 });
    expect(failed.reason?.message).toContain('exited with code 3');
    expect(failed.log_tail).toContain('line 9');
    expect(counted(await wholeLog(id))).toEqual(upTo(10));
  });

  it('knows its run and takes its arguments as they are, and no secret is in what it leaves', async () => {
    const program = `
import os, sys
print(sorted(name for name in os.environ if name.startswith("GRIFFIN_")))
print(os.environ["GRIFFIN_RUN_ID"], os.environ["GRIFFIN_ATTEMPT"], os.environ["COLOUR"], sys.argv[1:])`;
    const { id } = await start(program, { args: ['$(GRIFFIN_RUN_TOKEN)', '$HOME $$', '; ls'], env: { COLOUR: 'red' } });
    expect(await ended(id)).toMatchObject({ state: 'SUCCEEDED' });
    const log = await wholeLog(id);
    for (const name of [
      'API_URL',
      'ARTIFACT_ROOT',
      'ATTEMPT',
      'MLFLOW_URL',
      'PROJECT_ID',
      'RUN_ID',
      'RUN_TOKEN',
      'S3_ENDPOINT',
    ]) {
      expect(log).toContain(`'GRIFFIN_${name}'`);
    }
    expect(log).toContain(`${id} 1 red ['$(GRIFFIN_RUN_TOKEN)', '$HOME $$', '; ls']`);
    const { accessKey, secretKey } = platform.stack.s3!;
    // The services' logs, the database and the artifacts. The S3 server itself notes who owns the bucket.
    const found = await filesWith(platform.stack.state.root, [accessKey, secretKey]);
    expect(found.filter((file) => !file.startsWith('s3/metadata/'))).toEqual([]);
  });

  it('is RUNNING while its container runs, and its log is read meanwhile; a worker that is killed loses nothing of it', async () => {
    const { id } = await start(counting(200, 0.1));
    await followRun(platform.scene, id, ({ state }) => state === 'RUNNING');
    const some = (least: number) =>
      eventually(async () => expect(counted((await logPage(id)).text).length).toBeGreaterThan(least), patience);
    await some(10);
    await platform.stack.kill('isc-worker');
    await platform.stack.start('isc-worker');
    await some(100);
    expect(await ended(id)).toMatchObject({ state: 'SUCCEEDED' });
    expect(counted(await wholeLog(id))).toEqual(upTo(200));
  });

  it('is ended at once when it is not wanted any more, with what it said to that', async () => {
    const program = `
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print("goodbye", flush=True), sys.exit(0)))
print("here", flush=True)
time.sleep(600)`;
    const { id } = await start(program);
    await eventually(async () => expect((await logPage(id)).text).toContain('here'), patience);
    await platform.scene.api.post<Run>(`/api/workflows/${id}/terminate`, {});
    expect(await ended(id)).toMatchObject({ state: 'TERMINATED', resources: 'released' });
    expect(await wholeLog(id)).toBe('here\ngoodbye\n');
  });
});
