import { expect } from 'vitest';
import { followRun } from '../../../dev/demo/steps/waiting.ts';
import type { Page, Run } from '../../../dev/demo/wire.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import type { PlatformOnCluster } from './platform-on-cluster.ts';

/** Starting Ray may take minutes on a node with few cores. */
export const patience = { timeoutMs: 240_000, intervalMs: 250 };

export type Attempt = Pick<Run, 'reason' | 'attempt'>;

export const isOver = (run: Run) => run.is_terminal;
export const isTraining = (run: Run) => run.state === 'RUNNING' && (run.progress?.fraction ?? 0) > 0;

export async function attemptsOf({ platform }: PlatformOnCluster, runId: string): Promise<Attempt[]> {
  return (await platform.scene.api.get<Page<Attempt>>(`/api/workflows/${runId}/attempts`)).items;
}

/** Terminate answers at once, the run ends when nothing of it computes, and its resources are released when nothing is left. */
export async function expectEnd(on: PlatformOnCluster, runId: string, ends = ['TERMINATED']): Promise<Run> {
  const { scene } = on.platform;
  const asked = performance.now();
  const seconds = () => ((performance.now() - asked) / 1000).toFixed(1);
  const answer = await scene.api.post<Run>(`/api/workflows/${runId}/terminate`, { reason: 'not wanted any more' });
  expect(['TERMINATING', ...ends]).toContain(answer.state);
  const answered = seconds();
  const { state } = await followRun(scene, runId, isOver);
  expect(ends).toContain(state);
  if (state === 'TERMINATED') expect(await on.objects.computing(runId)).toEqual([]);
  const ended = seconds();
  const run = await eventually(
    async () => {
      const now = await scene.api.get<Run>(`/api/workflows/${runId}`);
      expect(now.resources).toBe('released');
      return now;
    },
    { ...patience, intervalMs: 10 },
  );
  expect(await on.objects.count(runId)).toEqual({});
  expect(run.state).toBe(state);
  console.log(`   terminate: answered after ${answered} s, ${state} ${ended} s, released ${seconds()} s`);
  return run;
}

/** It had one attempt, and everybody was told of its end once. */
export async function expectOnce(on: PlatformOnCluster, runId: string): Promise<void> {
  const ends = '/api/events?types=run.completed&limit=200';
  const { items } = await on.platform.scene.api.get<Page<{ subject: string }>>(ends);
  expect(items.filter(({ subject }) => subject === runId)).toHaveLength(1);
  expect(await attemptsOf(on, runId)).toHaveLength(1);
}
