import type { Cluster } from '../backend/observation.ts';
import type { ClusterSettings } from '../manifests/cluster-settings.ts';
import { ingressUrl } from '../manifests/dashboard-ingress.ts';
import { attemptOf, headServiceOf } from '../manifests/names.ts';
import type { RayJob } from '../manifests/ray-job.ts';

/** Of a cluster that is up: where its dashboard is, and where browsers find it, which may be nowhere else. */
export function dashboardOf(job: RayJob | undefined, { dashboards }: ClusterSettings): Cluster | null {
  const { dashboardURL } = job?.status ?? {};
  const attempt = attemptOf(job?.metadata?.labels);
  if (!attempt || !dashboardURL) return null;
  const dashboardAddress = `http://${dashboardURL}`;
  switch (dashboards?.by) {
    case 'ingress':
      return { dashboardAddress, dashboardUrl: ingressUrl(dashboards, attempt) };
    case 'proxy': {
      const names = { namespace: job?.metadata?.namespace ?? '', service: headServiceOf(attempt) };
      const dashboardUrl = dashboards.url
        .replaceAll('{namespace}', names.namespace)
        .replaceAll('{service}', names.service);
      return { dashboardAddress, dashboardUrl };
    }
    case undefined:
      return { dashboardAddress, dashboardUrl: dashboardAddress };
  }
}
