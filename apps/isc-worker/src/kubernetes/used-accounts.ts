import type { V1Job, V1Pod } from '@kubernetes/client-node';
import type { RayJob } from '../manifests/ray-job.ts';
import type { ClusterClient } from './cluster-client.ts';

/** The accounts that attempts in a namespace act as, of whatever version: they may have pods made still. */
export async function usedAccounts(
  client: Pick<ClusterClient, 'list'>,
  namespace: string,
  selector: string,
): Promise<(string | undefined)[]> {
  const [rayJobs, jobs, pods] = await Promise.all([
    client.list('ray.io/v1', 'RayJob', selector, namespace),
    client.list('batch/v1', 'Job', selector, namespace),
    client.list('v1', 'Pod', selector, namespace),
  ]);
  const podSpecs = [
    ...(rayJobs.items as RayJob[]).map(({ spec }) => spec.rayClusterSpec.headGroupSpec.template.spec),
    ...(jobs.items as V1Job[]).map(({ spec }) => spec?.template.spec),
    ...(pods.items as V1Pod[]).map(({ spec }) => spec),
  ];
  return podSpecs.map((spec) => spec?.serviceAccountName);
}
