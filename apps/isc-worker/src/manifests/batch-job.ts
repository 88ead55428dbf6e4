import type { V1Job } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import { attemptMetadata, keptSeconds, lifetimeSeconds } from './attempt-metadata.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import { runAnnotation } from './names.ts';
import { podTemplate } from './pod.ts';
import type { SharedEnvironment } from './shared-environment.ts';

/** A run that needs no Ray: one container, tried once. An image of the user's own runs by what it says itself. */
export function batchJob(attempt: Attempt, settings: ClusterSettings, shared: SharedEnvironment | null = null): V1Job {
  const { spec } = attempt;
  const command = spec.kind === 'custom' ? undefined : ['python', '-m', 'griffin_runtimes.launch'];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...attemptMetadata(attempt, settings, shared), annotations: { [runAnnotation]: spec.name } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: lifetimeSeconds(attempt, settings),
      ttlSecondsAfterFinished: keptSeconds,
      template: podTemplate(attempt, settings, {
        role: 'container',
        resources: spec.resources,
        shared,
        ...(command && { command }),
      }),
    },
  };
}
