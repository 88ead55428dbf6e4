import type { V1Job } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { aJob, aPod, found } from './found.fixtures.ts';
import { observeBatchJob } from './observe-batch-job.ts';

const terminated = (exitCode: number) =>
  aPod({ role: 'container', phase: 'Failed', state: { terminated: { exitCode } } });

describe('a Job', () => {
  it('is gone when nothing of it was ever seen and nothing is there', () => {
    expect(observeBatchJob(found<V1Job>())).toEqual({ kind: 'gone' });
  });

  it('waits and runs as its pod does', () => {
    const looks = [
      found({ job: aJob() }),
      found({
        job: aJob(),
        pods: [aPod({ role: 'container', phase: 'Pending', conditions: [{ type: 'PodScheduled', status: 'True' }] })],
      }),
      found({ job: aJob(), pods: [aPod({ role: 'container' })] }),
    ];
    expect(looks.map((look) => observeBatchJob(look))).toMatchObject(
      ['queued', 'pulling', 'running'].map((phase) => ({ kind: 'alive', phase, handle: { uid: 'job-1' } })),
    );
  });

  it('ends as its container did', () => {
    const looks = [
      found({ job: aJob({ type: 'Complete' }), pods: [aPod({ phase: 'Succeeded' })] }),
      found({ job: aJob({ type: 'Failed', reason: 'BackoffLimitExceeded' }), pods: [terminated(1)] }),
      found({ job: aJob({ type: 'Failed', reason: 'BackoffLimitExceeded' }), pods: [terminated(137)] }),
      found({ job: aJob({ type: 'Failed', reason: 'BackoffLimitExceeded' }) }),
      found({ job: aJob({ type: 'Failed', reason: 'DeadlineExceeded' }) }),
    ];
    expect(looks.map((look) => observeBatchJob(look))).toMatchObject([
      { kind: 'ended', exit: 'succeeded', exitCode: 0, reason: null },
      { kind: 'ended', exit: 'failed', exitCode: 1, reason: { code: 'runtime_error' } },
      { kind: 'ended', exit: 'failed', exitCode: 137, reason: { code: 'process_killed' } },
      { kind: 'ended', exit: 'failed', exitCode: null, reason: { code: 'cluster_lost' } },
      { kind: 'ended', exit: 'failed', exitCode: null, reason: { code: 'run_timeout' } },
    ]);
  });

  it("of an image of the user's own says no more than its exit code", () => {
    const look = found({ job: aJob({ type: 'Failed', reason: 'BackoffLimitExceeded' }), pods: [terminated(75)] });
    expect(observeBatchJob(look)).toMatchObject({ reason: { code: 'api_unreachable' } });
    const reason = { code: 'runtime_error', message: 'The container exited with code 75.' };
    expect(observeBatchJob(look, 'container')).toMatchObject({ exitCode: 75, reason });
  });

  it('ends by what befell its pod', () => {
    const casualty = { code: 'evicted', message: 'The container was evicted' };
    const look = found({
      job: aJob({ type: 'Failed', reason: 'BackoffLimitExceeded' }),
      pods: [terminated(143)],
      casualty,
    });
    expect(observeBatchJob(look)).toMatchObject({ exitCode: 143, reason: casualty });
  });

  it('was deleted by somebody when it is not there any more', () => {
    const look = found<V1Job>({ handle: { uid: 'job-1' }, pods: [aPod({ role: 'container' })] });
    expect(observeBatchJob(look)).toMatchObject({
      kind: 'ended',
      reason: { code: 'objects_deleted' },
      left: 'work',
    });
  });
});
