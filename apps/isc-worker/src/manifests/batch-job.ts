import type { V1Job } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import { overtimeSeconds, type ClusterSettings } from './cluster-settings.ts';
import { attemptLabels, attemptName, namespaceOf, runAnnotation } from './names.ts';
import { podTemplate } from './pod.ts';

/** As with a RayJob: for whoever looks after we did not. */
const keptSeconds = 600;

/** A run that needs no Ray: one container, tried once. An image of the user's own runs by what it says itself. */
export function batchJob(attempt: Attempt, settings: ClusterSettings): V1Job {
  const { spec } = attempt;
  const command = spec.kind === 'custom' ? undefined : ['python', '-m', 'griffin_runtimes.launch'];
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: {
      name: attemptName(attempt),
      namespace: namespaceOf(settings.installation, spec),
      labels: attemptLabels(settings.installation, spec, attempt.attempt),
      annotations: { [runAnnotation]: spec.name },
    },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: settings.startDeadlineSeconds + spec.limits.run_timeout_seconds + overtimeSeconds,
      ttlSecondsAfterFinished: keptSeconds,
      template: podTemplate(attempt, settings, {
        role: 'container',
        resources: spec.resources,
        ...(command && { command }),
      }),
    },
  };
}
