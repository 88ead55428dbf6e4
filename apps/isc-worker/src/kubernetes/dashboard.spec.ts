import { expect, it } from 'vitest';
import { anAttempt, aRunSpec } from '../backend/attempt.fixtures.ts';
import type { ClusterSettings } from '../manifests/cluster-settings.ts';
import { settings } from '../manifests/manifests.fixtures.ts';
import { rayJob } from '../manifests/ray-job.ts';
import { dashboardOf } from './dashboard.ts';

const attempt = anAttempt(aRunSpec());
const job = rayJob(attempt, settings);
const name = `run-${attempt.runId}-1`;
const address = `${name}-head-svc.ns.svc.cluster.local:8265`;
const up = { ...job, status: { dashboardURL: address } };
const ingress = { by: 'ingress', scheme: 'https', className: null, annotations: {}, tlsSecret: null } as const;

it.each<[string, ClusterSettings['dashboards'], string]>([
  ['at its address where no other way is set', null, `http://${address}`],
  ['at the host of its Ingress', { ...ingress, host: '{attempt}.ray.example.org' }, `https://${name}.ray.example.org/`],
  [
    'by a proxy',
    { by: 'proxy', url: 'https://proxy/{namespace}/{service}/' },
    `https://proxy/${job.metadata?.namespace}/${name}-head-svc/`,
  ],
])('is found %s', (_, dashboards, dashboardUrl) => {
  const found = dashboardOf(up, { ...settings, dashboards });
  expect(found).toEqual({ dashboardUrl, dashboardAddress: `http://${address}` });
});

it('is nowhere before it is up', () => {
  expect(dashboardOf(job, settings)).toBeNull();
  expect(dashboardOf(undefined, settings)).toBeNull();
});
