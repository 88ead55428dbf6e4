import type { KubernetesObject } from '@kubernetes/client-node';
import type { ResolvedRunSpec } from '@griffin/contracts';
import type { Attempt } from '../backend/attempt.ts';
import { anAttempt, aRunSpec } from '../backend/attempt.fixtures.ts';
import { attemptSecret } from './attempt-secret.ts';
import { batchJob } from './batch-job.ts';
import type { ClusterSettings, IngressTemplate } from './cluster-settings.ts';
import { dashboardIngress } from './dashboard-ingress.ts';
import { environmentName } from './names.ts';
import { definitionObjects } from './namespace.ts';
import { rayJob } from './ray-job.ts';
import { environmentConfigMap, environmentSecret } from './shared-environment.ts';

export const settings: ClusterSettings = {
  installation: 'golden',
  gpuTypeLabel: 'nvidia.com/gpu.product',
  cpuRequestRatio: 0.5,
  ssd: { from: 'volume', storageClass: 'fast' },
  startDeadlineSeconds: 1800,
  egress: ['10.1.2.3/32', 'fd00::/64'],
  secretsNamespace: 'secrets',
  dashboards: null,
};

const id = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}`;

const run: Partial<ResolvedRunSpec> = {
  run_id: id(1),
  project_id: id(2),
  definition: { id: id(3), name: 'train-flights', version: 4, stage: 'production' },
  artifact_root: `s3://griffin/runs/${id(1)}`,
};
const runtime = { name: 'xgboost', version: '1', image: 'registry.example/griffin/runtime:1' };

const usersImage = {
  name: 'container',
  version: '1',
  image: `registry.example/team/clean@sha256:${'0'.repeat(64)}`,
  needs_ray: false,
  command: ['sh', '-c', 'echo "$HOME $(id) $$"'],
  args: ['--table', '$(GRIFFIN_RUN_TOKEN)', '; rm -rf /'],
};

const onRay = (changed: Partial<ResolvedRunSpec> = {}) =>
  anAttempt(aRunSpec({ ...run, runtime: { ...runtime, needs_ray: true }, ...changed }));

const inContainer = (changed: Partial<ResolvedRunSpec> = {}) =>
  anAttempt(
    aRunSpec({
      ...run,
      runtime: { ...runtime, needs_ray: false },
      resources: { workers: 0, cpu: 0.25, gpu: 0, gpu_type: null, memory_gib: 0.5, ssd_gib: 0 },
      ...changed,
    }),
  );

const everything: Partial<ResolvedRunSpec> = {
  resources: { workers: 3, cpu: 4, gpu: 2, gpu_type: 'NVIDIA-A100', memory_gib: 16, ssd_gib: 100 },
  authorization: { service_account: 'flights', roles: ['reads-secrets', 'reads-volumes'] },
  placement: {
    node_selector: { 'example.com/pool': 'training' },
    tolerations: [{ key: 'example.com/training', operator: 'Exists', effect: 'NoSchedule' }],
    priority_class: 'training-high',
  },
  quota: {
    hard: { 'requests.cpu': '64', 'count/pods': '100' },
    container_max: { memory: '64Gi', 'nvidia.com/gpu': '4', 'ephemeral-storage': '1Ti' },
  },
};

const owner = {
  apiVersion: 'batch/v1',
  kind: 'Job',
  name: `run-${id(1)}-1`,
  uid: id(9),
  controller: false,
  blockOwnerDeletion: true,
};
const template: IngressTemplate = {
  host: '{attempt}.ray.example.org',
  scheme: 'https',
  className: 'nginx',
  annotations: { 'nginx.ingress.kubernetes.io/auth-url': 'https://login.example.org/auth' },
  tlsSecret: 'ray-example-org',
};
const bare: IngressTemplate = { ...template, scheme: 'http', className: null, annotations: {}, tlsSecret: null };

const secretOf = (attempt: Attempt) =>
  attemptSecret(attempt, settings, { GRIFFIN_RUN_ID: attempt.runId, HOSTILE: '$(rm -rf /)\n"\'${X}' }, owner);

/** As for a version of a definition with an environment and secrets of its own. */
const sharing: Partial<ResolvedRunSpec> = {
  definition: {
    id: id(3),
    name: 'train-flights',
    version: 4,
    stage: 'production',
    env: { HOSTILE: '$(rm -rf /)\n"\'${X}' },
  },
  secrets: [{ env: 'HF_TOKEN', secret: 'huggingface', key: 'token' }],
};
const source = { metadata: { name: 'huggingface', uid: id(8), resourceVersion: '17' } };
const shared = { configMap: environmentName(onRay(sharing).spec, [source]), secret: 'definition-v4-secret' };
const configMap = environmentConfigMap(
  shared.configMap,
  onRay(sharing).spec,
  settings,
  new Date('2026-03-01T12:00:00Z'),
);
const made = { ...configMap, metadata: { ...configMap.metadata, uid: id(7) } };

/** What the builders make, by the name of its golden file. */
export const manifests: Record<string, KubernetesObject[]> = {
  namespace: definitionObjects(onRay().spec, settings),
  'namespace-with-everything': definitionObjects(onRay(everything).spec, settings),
  'ray-job': [rayJob(onRay(), settings)],
  'ray-job-with-everything': [rayJob(onRay(everything), settings)],
  job: [batchJob(inContainer(), settings)],
  'job-of-a-users-image': [batchJob(inContainer({ kind: 'custom', runtime: usersImage }), settings)],
  'job-of-a-users-image-by-itself': [
    batchJob(inContainer({ kind: 'custom', runtime: { ...runtime, needs_ray: false } }), settings),
  ],
  'attempt-secret': [secretOf(inContainer())],
  'ray-job-with-secrets': [rayJob(onRay(sharing), settings, shared)],
  'job-with-secrets': [batchJob(inContainer(sharing), settings, shared)],
  'shared-environment': [
    configMap,
    environmentSecret(made, onRay(sharing).spec, settings, { HF_TOKEN: Buffer.from('a token').toString('base64') }),
  ],
  'dashboard-ingress': [
    dashboardIngress(onRay(), settings, template, owner),
    dashboardIngress(onRay(), settings, bare, owner),
  ],
};
