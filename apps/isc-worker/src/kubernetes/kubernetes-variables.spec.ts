import { readEnvironment } from '@griffin/platform';
import Type from 'typebox';
import { expect, it } from 'vitest';
import { clusterSettings, kubernetesVariables } from './kubernetes-variables.ts';

const Environment = Type.Object(kubernetesVariables);
const settingsIn = (env: Record<string, string>) =>
  clusterSettings({ ...readEnvironment(Environment, env), GRIFFIN_INSTALLATION: 'spec' });
const egress = { GRIFFIN_KUBERNETES_EGRESS: '10.1.2.3/32,fd00::/64' };
const dashboardsIn = (env: Record<string, string>) => settingsIn({ ...egress, ...env }).dashboards;
const host = '{attempt}.ray.example.org';

it.each([
  ['nothing', {}, null],
  [
    'an Ingress',
    { GRIFFIN_KUBERNETES_INGRESS_HOST: host, GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS: '{"a/b": "c"}' },
    { by: 'ingress', host, scheme: 'https', className: null, annotations: { 'a/b': 'c' }, tlsSecret: null },
  ],
  [
    'a proxy',
    { GRIFFIN_KUBERNETES_DASHBOARD_URL: 'https://proxy/{namespace}/{service}' },
    { by: 'proxy', url: 'https://proxy/{namespace}/{service}' },
  ],
])('leads browsers to dashboards by %s', (_, env, dashboards) => {
  expect(dashboardsIn(env)).toEqual(dashboards);
});

it.each(['ray.example.org', '{attempt}', 'ray.{attempt}.org', '{attempt}.{attempt}.org', '{attempt}.example.org/ray'])(
  'refuses the host %s, which is not one for each attempt',
  (wrong) => {
    expect(() => dashboardsIn({ GRIFFIN_KUBERNETES_INGRESS_HOST: wrong })).toThrow('GRIFFIN_KUBERNETES_INGRESS_HOST');
  },
);

it.each(['10.0.0.0/99', '10.0.0/24', 'fd00::/129', '10.1.2.3/32,1.2.3.4.5/8'])(
  'refuses the egress %s, which the API server would refuse of each run',
  (wrong) => {
    expect(() => settingsIn({ GRIFFIN_KUBERNETES_EGRESS: wrong })).toThrow('no CIDR block');
  },
);

it.each(['nginx', '["a"]', '{"a": 1}'])('refuses annotations that are none: %s', (wrong) => {
  const env = { GRIFFIN_KUBERNETES_INGRESS_HOST: host, GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS: wrong };
  expect(() => dashboardsIn(env)).toThrow('GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS');
});

it('refuses two ways at once', () => {
  const env = { GRIFFIN_KUBERNETES_INGRESS_HOST: host, GRIFFIN_KUBERNETES_DASHBOARD_URL: 'https://proxy/' };
  expect(() => dashboardsIn(env)).toThrow('set only one');
});

it('knows what runs may reach, and refuses to start where they would reach nothing', () => {
  expect(settingsIn(egress).egress).toEqual(['10.1.2.3/32', 'fd00::/64']);
  expect(() => settingsIn({})).toThrow('set GRIFFIN_KUBERNETES_EGRESS to where');
  for (const none of ['', '10.1.2.3', '10.1.2.3/32,']) {
    expect(() => settingsIn({ GRIFFIN_KUBERNETES_EGRESS: none })).toThrow('GRIFFIN_KUBERNETES_EGRESS');
  }
});
