import type { Cluster } from '../backend/observation.ts';
import type { ClusterSettings } from '../manifests/cluster-settings.ts';
import type { RayJob } from '../manifests/ray-job.ts';

/** Of a cluster that is up: where browsers find its dashboard, or else its address inside of the cluster. */
export function dashboardOf(job: RayJob | undefined, { dashboardUrl }: ClusterSettings): Cluster | null {
  const { dashboardURL: address, rayClusterName } = job?.status ?? {};
  if (!job || !address || !rayClusterName) return null;
  if (dashboardUrl === null) return { dashboardUrl: `http://${address}` };
  const names = { namespace: job.metadata?.namespace ?? '', service: `${rayClusterName}-head-svc` };
  return {
    dashboardUrl: dashboardUrl.replaceAll('{namespace}', names.namespace).replaceAll('{service}', names.service),
  };
}
