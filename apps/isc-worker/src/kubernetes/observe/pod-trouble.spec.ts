import { describe, expect, it } from 'vitest';
import { aPod, type PodParts } from './found.fixtures.ts';
import { casualtyOf, waitOf } from './pod-trouble.ts';

const scheduled = { type: 'PodScheduled', status: 'True' };

describe('what a pod waits for', () => {
  it.each<[string, PodParts, object]>([
    ['nothing that is known yet', { phase: 'Pending' }, { phase: 'queued', reason: null }],
    [
      'a node',
      {
        phase: 'Pending',
        conditions: [
          { type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message: '0/1 nodes: Insufficient cpu.' },
        ],
      },
      {
        phase: 'queued',
        reason: { code: 'unschedulable', message: 'The Ray head fits on no node: 0/1 nodes: Insufficient cpu.' },
      },
    ],
    [
      'its image',
      { phase: 'Pending', conditions: [scheduled], state: { waiting: { reason: 'ContainerCreating' } } },
      { phase: 'pulling', reason: null },
    ],
    [
      'an image that cannot be pulled',
      {
        phase: 'Pending',
        conditions: [scheduled],
        state: { waiting: { reason: 'ErrImagePull', message: 'not found' } },
      },
      {
        phase: 'pulling',
        reason: { code: 'image_pull_failed', message: 'The image griffin/runtime:1 cannot be pulled: not found' },
      },
    ],
    [
      'an image that cannot be pulled for its sidecar either',
      {
        phase: 'Pending',
        conditions: [scheduled],
        state: { waiting: { reason: 'PodInitializing' } },
        sidecar: { waiting: { reason: 'ImagePullBackOff', message: 'not found' } },
      },
      {
        phase: 'pulling',
        reason: { code: 'image_pull_failed', message: 'The image griffin/runtime:1 cannot be pulled: not found' },
      },
    ],
    [
      'the secret that comes after it',
      {
        phase: 'Pending',
        conditions: [scheduled],
        state: { waiting: { reason: 'CreateContainerConfigError', message: 'secret "run" not found' } },
      },
      { phase: 'pulling', reason: null },
    ],
    [
      'a container that cannot be made',
      {
        phase: 'Pending',
        conditions: [scheduled],
        state: { waiting: { reason: 'CreateContainerError', message: 'no command specified' } },
      },
      {
        phase: 'starting',
        reason: { code: 'container_config_invalid', message: 'The Ray head: no command specified' },
      },
    ],
    [
      'a container that cannot be made so',
      {
        phase: 'Pending',
        conditions: [scheduled],
        state: {
          waiting: {
            reason: 'CreateContainerConfigError',
            message: 'container has runAsNonRoot and image will run as root',
          },
        },
      },
      {
        phase: 'starting',
        reason: {
          code: 'container_config_invalid',
          message: 'The Ray head: container has runAsNonRoot and image will run as root',
        },
      },
    ],
  ])('is %s', (_, parts, wait) => {
    expect(waitOf(aPod(parts))).toEqual(wait);
  });
});

describe('what befell a pod', () => {
  it.each<[string, PodParts, string | null]>([
    ['nothing while it runs', {}, null],
    [
      'nothing when its work failed',
      { phase: 'Failed', state: { terminated: { exitCode: 1, reason: 'Error' } } },
      null,
    ],
    [
      'too little memory',
      { phase: 'Failed', state: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      'out_of_memory',
    ],
    [
      'nothing when its sidecar had too little memory',
      { sidecar: { terminated: { exitCode: 137, reason: 'OOMKilled' } } },
      null,
    ],
    ['an eviction by its node', { phase: 'Failed', reason: 'Evicted' }, 'evicted'],
    [
      'an eviction through the API',
      { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'EvictionByEvictionAPI' }] },
      'evicted',
    ],
    [
      'one of a higher priority',
      { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'PreemptionByScheduler' }] },
      'preempted',
    ],
    ['the loss of its node', { reason: 'NodeLost' }, 'node_lost'],
    [
      'a node that does not answer',
      { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByTaintManager' }] },
      'node_lost',
    ],
    [
      'a node that is not there any more',
      { conditions: [{ type: 'DisruptionTarget', status: 'True', reason: 'DeletionByPodGC' }] },
      'node_lost',
    ],
  ])('is %s', (_, parts, code) => {
    expect(casualtyOf(aPod(parts))?.code ?? null).toBe(code);
  });

  it('names the container and its limit when memory ran out', () => {
    const pod = aPod({
      role: 'worker',
      phase: 'Failed',
      state: { terminated: { exitCode: 137, reason: 'OOMKilled' } },
    });
    expect(casualtyOf(pod)?.message).toBe(
      'A Ray worker used more memory than its limit of 2048Mi. Ask for more: resources.memory_gib.',
    );
  });
});
