import { rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { expect, it } from 'vitest';
import { datasetReady, followRun } from '../../../dev/demo/steps/waiting.ts';
import type { DatasetVersion, Run } from '../../../dev/demo/wire.ts';
import { artifactLayout } from '../../../libs/contracts/src/index.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import type { TestPlatform } from '../support/platform.ts';
import { workingProcess } from '../support/run-processes.ts';
import { type SmallTraining, smallDataset, submit } from '../support/small-training.ts';

const over = (run: Run) => run.is_terminal;
const training = (run: Run) => run.state === 'RUNNING' && (run.progress?.fraction ?? 0) > 0;

/** Runs that fail: each ends with a code, a message a person understands, the truth about retrying, and the log's tail. */
export function describeRunFailures(given: () => { platform: TestPlatform; small: SmallTraining }): void {
  it('fails once, for good, when the configuration names a column that the dataset lacks', async () => {
    const { platform, small } = given();
    const run = await submit(platform.scene, small.definition, { config: { features: ['distance', 'wingspan'] } });
    const ended = await followRun(platform.scene, run.id, over);
    expect(ended).toMatchObject({ state: 'FAILED', retryable: false, attempt: 1, model_version: null });
    expect(ended.reason?.code).toBe('column_missing');
    expect(ended.reason?.message).toContain('wingspan');
    expect(ended.log_tail).not.toBe('');
    expect(ended.log_tail).not.toBeNull();
  });

  it('is tried again up to the limit when its process is killed', async () => {
    const { platform, small } = given();
    const config = { num_boost_round: 100_000 };
    const limits = { max_attempts: 2, run_timeout_seconds: 600 };
    const run = await submit(platform.scene, small.definition, { config, limits });
    await followRun(platform.scene, run.id, training);
    process.kill(workingProcess(run.id), 'SIGKILL');
    await followRun(platform.scene, run.id, ({ state, attempt }) => state === 'RUNNING' && attempt === 2);
    process.kill(await eventually(() => workingProcess(run.id), { timeoutMs: 20_000 }), 'SIGKILL');
    const ended = await followRun(platform.scene, run.id, over);
    expect(ended).toMatchObject({ state: 'FAILED', retryable: true, attempt: 2, model_version: null });
    expect(ended.reason?.code).toBe('process_killed');
    expect(ended.log_tail).not.toBe('');
    expect(ended.log_tail).not.toBeNull();
  });

  it('says so when the artifact store refuses its files', async () => {
    const { platform, small } = given();
    const { api } = platform.scene;
    await whileStoreRefuses(platform, async () => {
      const pending = await api.post<DatasetVersion>(
        '/api/training/dataset/',
        smallDataset(platform.tables, small.view),
      );
      const ended = await followRun(platform.scene, pending.run_id, over);
      expect(ended).toMatchObject({ state: 'FAILED', retryable: true, attempt: 3 });
      expect(ended.reason?.code).toBe('artifact_store_unavailable');
      expect(ended.log_tail).not.toBeNull();
      await expect(datasetReady(platform.scene, pending, () => 'generating')).rejects.toThrow(
        /artifact_store_unavailable/,
      );
    });
  });
}

/** Puts a file where the folder of all runs should be: root, too, is refused then. */
async function whileStoreRefuses({ stack, scene }: TestPlatform, work: () => Promise<void>): Promise<void> {
  const project = await scene.api.get<{ id: string }>('/api/projects');
  const runs = dirname(artifactLayout.runRoot(stack.state.artifacts, project.id, 'any'));
  const aside = `${runs}.aside`;
  await rename(runs, aside);
  await writeFile(runs, '');
  try {
    await work();
  } finally {
    await rm(runs);
    await rename(aside, runs);
  }
}
