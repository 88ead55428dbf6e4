import type { ResolvedRunSpec } from '@griffin/contracts';
import type { V1Job } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import { attemptMetadata, jobKeptSeconds, lifetimeSeconds } from './attempt-metadata.ts';
import type { ClusterSettings } from './cluster-settings.ts';
import { logRootAnnotation, runAnnotation } from './names.ts';
import { podTemplate, type PodParts } from './pod.ts';
import type { SharedEnvironment } from './shared-environment.ts';

/** What the image runs. Kubernetes would replace `$(NAME)` in it: what the user says reaches the program as it is. */
function argumentVectors({ kind, runtime }: ResolvedRunSpec): Pick<PodParts, 'command' | 'args'> {
  if (kind !== 'custom') return { command: ['python', '-m', 'griffin_runtimes.launch'] };
  const { command, args } = runtime;
  return { ...(command && { command: command.map(literal) }), ...(args && { args: args.map(literal) }) };
}

const literal = (word: string) => word.replaceAll('$', '$$$$');

/** A run that needs no Ray: one container, tried once. An image of the user's own runs by what it says itself. */
export function batchJob(attempt: Attempt, settings: ClusterSettings, shared: SharedEnvironment | null = null): V1Job {
  const { spec } = attempt;
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...attemptMetadata(attempt, settings, shared), annotations: { [runAnnotation]: spec.name } },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: lifetimeSeconds(attempt, settings),
      ttlSecondsAfterFinished: jobKeptSeconds,
      template: podTemplate(attempt, settings, {
        role: 'container',
        resources: spec.resources,
        shared,
        ...argumentVectors(spec),
        ...(spec.kind === 'custom' && { annotations: { [logRootAnnotation]: spec.artifact_root } }),
      }),
    },
  };
}
