import { describe, expect, it } from 'vitest';
import { dashboardAt } from '../../backend/observation.ts';
import type { RayJob, RayJobStatus } from '../../manifests/ray-job.ts';
import { aPod, aRayJob, found } from './found.fixtures.ts';
import { observeRayJob, type RayJobView } from './observe-ray-job.ts';

const dashboard = dashboardAt('http://ray:8265');
const running = { jobStatus: 'RUNNING', jobDeploymentStatus: 'Running' };
const onHead = { uid: 'job-1', head: 'head-1' };
const head = aPod({ uid: 'head-1' });
const view: RayJobView = { cluster: null, startDeadlineSeconds: 60, now: new Date() };
const withDashboard: RayJobView = { ...view, cluster: dashboard };

describe('a RayJob', () => {
  it('is gone when nothing of it was ever seen and nothing is there', () => {
    expect(observeRayJob(found(), view)).toEqual({ kind: 'gone' });
  });

  it('waits for pods, and then for the job', () => {
    const looks = [
      observeRayJob(found({ job: aRayJob() }), view),
      observeRayJob(found({ job: aRayJob({ jobDeploymentStatus: 'Initializing' }), pods: [head] }), withDashboard),
    ];
    expect(looks).toMatchObject([
      { kind: 'alive', phase: 'queued', handle: { uid: 'job-1' }, cluster: null },
      { kind: 'alive', phase: 'starting', handle: { uid: 'job-1' }, cluster: dashboard },
    ]);
  });

  it('says which pod keeps it waiting', () => {
    const conditions = [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: 'no GPU' }];
    const pods = [head, aPod({ uid: 'worker-1', role: 'worker', phase: 'Pending', conditions })];
    const seen = observeRayJob(found({ job: aRayJob({ jobDeploymentStatus: 'Initializing' }), pods }), view);
    expect(seen).toMatchObject({
      phase: 'queued',
      reason: { code: 'unschedulable', message: 'A Ray worker fits on no node: no GPU' },
    });
  });

  it('says that a quota keeps its pods out', () => {
    const conditions = [
      { type: 'ReplicaFailure', status: 'True', message: 'pods "x" is forbidden: exceeded quota: griffin' },
    ];
    const seen = observeRayJob(found({ job: aRayJob({ rayClusterStatus: { conditions } }) }), view);
    expect(seen).toMatchObject({ kind: 'alive', phase: 'queued', reason: { code: 'quota_exceeded' } });
  });

  it('runs on the head that it began on', () => {
    const seen = observeRayJob(found({ job: aRayJob(running), pods: [head] }), withDashboard);
    expect(seen).toMatchObject({ kind: 'alive', phase: 'running', handle: onHead, cluster: dashboard });
  });

  it('that does not run in time is over, though KubeRay may still wait for its head to answer', () => {
    const created = (secondsAgo: number) => ({
      uid: 'job-1',
      creationTimestamp: new Date(+view.now - secondsAgo * 1_000),
    });
    const waiting = aRayJob({ jobDeploymentStatus: 'Initializing' });
    const late = { ...waiting, metadata: created(60) };
    expect(observeRayJob(found({ job: late, pods: [head] }), view)).toMatchObject({
      kind: 'ended',
      exit: 'failed',
      reason: { code: 'start_deadline_exceeded' },
      left: 'work',
    });
    const inTime = { ...waiting, metadata: created(59) };
    for (const look of [
      found({ job: inTime, pods: [head] }),
      found({ job: late, pods: [head], handle: onHead }),
      found({ job: { ...aRayJob(running), metadata: created(60) }, pods: [head] }),
    ]) {
      expect(observeRayJob(look, view)).toMatchObject({ kind: 'alive' });
    }
  });

  it.each([
    ['is gone', []],
    ['was replaced', [aPod({ uid: 'head-2' })]],
    ['is going', [aPod({ uid: 'head-1', deletionTimestamp: new Date() })]],
    ['has failed', [aPod({ uid: 'head-1', phase: 'Failed' })]],
  ])('is lost when that head %s, whatever KubeRay does next', (_, pods) => {
    const seen = observeRayJob(found({ job: aRayJob(running), pods, handle: onHead }), withDashboard);
    expect(seen).toMatchObject({ kind: 'ended', exit: 'failed', reason: { code: 'head_lost' }, left: 'work' });
  });

  it('is not lost with a head that goes after the job was done', () => {
    const job = aRayJob({ jobStatus: 'SUCCEEDED', jobDeploymentStatus: 'Complete' });
    expect(observeRayJob(found({ job, handle: onHead }), view)).toMatchObject({ kind: 'ended', exit: 'succeeded' });
  });

  it('is not believed when it gives a status that Ray does not know', () => {
    const job = aRayJob({
      jobStatus: 'Failure',
      jobDeploymentStatus: 'Running',
      message: 'error trying to reach service',
    });
    expect(observeRayJob(found({ job, pods: [head], handle: onHead }), view)).toMatchObject({
      kind: 'unseen',
      reason: { code: 'cluster_unreachable' },
    });
  });

  it.each<[string, RayJobStatus, object]>([
    ['stopped is not complete', { jobStatus: 'STOPPED', jobDeploymentStatus: 'Complete' }, { exit: 'stopped' }],
    [
      'an exit code is in the message',
      {
        jobStatus: 'FAILED',
        jobDeploymentStatus: 'Failed',
        reason: 'AppFailed',
        message: 'Job entrypoint command failed with exit code 75, last available logs (truncated):\nno answer\nat all',
      },
      { exit: 'failed', exitCode: 75, reason: { code: 'api_unreachable' }, logTail: 'no answer\nat all' },
    ],
    [
      'a refused manifest never recovers',
      { jobDeploymentStatus: 'ValidationFailed', reason: 'ValidationFailed', message: 'name too long' },
      { exit: 'failed', reason: { code: 'manifest_refused', message: 'KubeRay refused the RayJob: name too long' } },
    ],
    [
      'too long on the way is a deadline of its own',
      { jobDeploymentStatus: 'Failed', reason: 'PreRunningDeadlineExceeded' },
      { exit: 'failed', reason: { code: 'start_deadline_exceeded' } },
    ],
    [
      'too long in all is a timeout',
      { jobDeploymentStatus: 'Failed', reason: 'DeadlineExceeded' },
      { exit: 'failed', reason: { code: 'run_timeout' } },
    ],
    [
      'a job that Ray did not take was not submitted',
      { jobDeploymentStatus: 'Failed', reason: 'SubmissionFailed', message: 'no head' },
      { exit: 'failed', reason: { code: 'submission_failed' } },
    ],
  ])('ends: %s', (_, status, end) => {
    expect(observeRayJob(found({ job: aRayJob(status) }), view)).toMatchObject({ kind: 'ended', ...end });
  });

  it('ends by what befell its pods rather than by what followed from it', () => {
    const casualty = { code: 'out_of_memory', message: 'A Ray worker used more memory' };
    const job = aRayJob({ jobStatus: 'FAILED', message: 'failed with exit code 1' });
    expect(observeRayJob(found({ job, casualty }), view)).toMatchObject({ exitCode: 1, reason: casualty });
  });

  it('computes no more once no pod does and nothing is there that makes pods, and is gone once nothing is there', () => {
    const going = aRayJob({}, new Date());
    const unheard: RayJob = { ...going, metadata: { ...going.metadata, finalizers: ['ray.io/rayjob-finalizer'] } };
    const [cluster, goingCluster] = [{ metadata: {} }, { metadata: { deletionTimestamp: new Date() } }];
    const looks = [
      found({ job: unheard, handle: onHead }),
      found({ job: going, rayClusters: [cluster], handle: onHead }),
      found({ job: going, rayClusters: [goingCluster], pods: [head], handle: onHead }),
      found({ job: going, rayClusters: [goingCluster], pods: [aPod({ phase: 'Succeeded' })], handle: onHead }),
      found<RayJob>({ pods: [aPod({ phase: 'Succeeded' })], handle: onHead }),
      found<RayJob>({ handle: onHead }),
    ];
    expect(looks.map((look) => observeRayJob(look, view))).toMatchObject(
      ['work', 'work', 'work', 'objects', 'objects', 'nothing'].map((left) => ({
        kind: 'ended',
        reason: { code: 'objects_deleted' },
        left,
      })),
    );
  });
});
