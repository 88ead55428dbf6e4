import type { V1ObjectMeta } from '@kubernetes/client-node';
import type { Attempt } from '../backend/attempt.ts';
import { overtimeSeconds, type ClusterSettings } from './cluster-settings.ts';
import { attemptLabels, attemptName, labels, namespaceOf } from './names.ts';
import type { SharedEnvironment } from './shared-environment.ts';

/** How long a RayJob that is over stays to be looked at, where we did not remove it at once. */
export const rayJobKeptSeconds = 600;

/** The same of a Job, which may hold all that tells how an image of the user's own ended: longer than a worker is away. */
export const jobKeptSeconds = 24 * 3600;

/** Of an object that an attempt has one of. Those that take the shared environment say which. */
export function attemptMetadata(
  attempt: Attempt,
  { installation }: ClusterSettings,
  shared: SharedEnvironment | null = null,
): V1ObjectMeta {
  const { spec } = attempt;
  return {
    name: attemptName(attempt),
    namespace: namespaceOf(installation, spec),
    labels: {
      ...attemptLabels(installation, spec, attempt.attempt),
      ...(shared && { [labels.environment]: shared.configMap }),
    },
  };
}

/** The longest that an attempt may be there: api ends it before, unless it cannot. */
export function lifetimeSeconds({ spec }: Attempt, { startDeadlineSeconds }: ClusterSettings): number {
  return startDeadlineSeconds + spec.limits.run_timeout_seconds + overtimeSeconds;
}
