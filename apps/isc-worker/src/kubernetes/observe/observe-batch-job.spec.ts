import type { V1Job } from '@kubernetes/client-node';
import { describe, expect, it } from 'vitest';
import { aJob, aPod, found } from './found.fixtures.ts';
import { observeBatchJob as observe, type BatchJobView } from './observe-batch-job.ts';
import type { Found } from './found.ts';

const terminated = (exitCode: number) =>
  aPod({ role: 'container', phase: 'Failed', state: { terminated: { exitCode } } });

const view: BatchJobView = { who: 'runtime', refusal: null, startDeadlineSeconds: 60, now: new Date() };
const observeBatchJob = (look: Found<V1Job>, changed: Partial<BatchJobView> = {}) =>
  observe(look, { ...view, ...changed });

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

  it('says what keeps its pod out', () => {
    const seen = (refusal: string) => observeBatchJob(found({ job: aJob() }), { refusal });
    expect(seen('pods "x" is forbidden: exceeded quota: griffin')).toMatchObject({
      kind: 'alive',
      phase: 'queued',
      reason: { code: 'quota_exceeded' },
    });
    expect(seen('no PriorityClass with name high was found')).toMatchObject({
      reason: { code: 'pods_refused', message: expect.stringContaining('PriorityClass') as string },
    });
  });

  it('is given up when it does not run in time, with what it waited for', () => {
    const job = { ...aJob(), metadata: { uid: 'job-1', creationTimestamp: new Date(view.now.getTime() - 60_000) } };
    const pulling = aPod({
      phase: 'Pending',
      state: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } },
    });
    const looks = [
      observeBatchJob(found({ job, pods: [pulling] })),
      observeBatchJob(found({ job }), { refusal: 'exceeded quota: griffin' }),
      observeBatchJob(found({ job, pods: [aPod({ phase: 'Pending' })] })),
    ];
    expect(looks).toMatchObject(
      ['image_pull_failed', 'quota_exceeded', 'start_deadline_exceeded'].map((code) => ({
        kind: 'ended',
        exit: 'failed',
        reason: { code },
        left: 'work',
      })),
    );
    expect(observeBatchJob(found({ job }), { startDeadlineSeconds: 61 })).toMatchObject({ kind: 'alive' });
  });

  it('that ran once is not late, also where its pod is gone before the Job says that it failed', () => {
    const job = { ...aJob(), metadata: { uid: 'job-1', creationTimestamp: new Date(0) } };
    const running = observeBatchJob(found({ job, pods: [aPod({ role: 'container' })] }));
    expect(running).toMatchObject({ phase: 'running', handle: { uid: 'job-1', pod: 'pod-1' } });
    const handle = running.kind === 'alive' ? running.handle : null;
    const over = observeBatchJob(found({ job, handle }));
    expect(over).toMatchObject({ kind: 'alive', handle });
    expect(observeBatchJob(found({ job, pods: [terminated(0)] }))).toMatchObject({ kind: 'alive' });
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
    expect(observeBatchJob(look, { who: 'container' })).toMatchObject({ exitCode: 75, reason });
  });

  it('says why its container could not be started', () => {
    const message = 'exec: "no-such": executable file not found in $PATH';
    const pod = aPod({ phase: 'Failed', state: { terminated: { exitCode: 128, reason: 'StartError', message } } });
    const look = found({ job: aJob({ type: 'Failed', reason: 'BackoffLimitExceeded' }), pods: [pod] });
    const reason = { code: 'container_config_invalid', message: expect.stringContaining(message) as string };
    expect(observeBatchJob(look, { who: 'container' })).toMatchObject({ kind: 'ended', exit: 'failed', reason });
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
