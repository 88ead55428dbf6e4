import { BlockList, isIPv6 } from 'node:net';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { EnvironmentError } from '@griffin/platform';
import type { ClusterSettings, Dashboards } from '../manifests/cluster-settings.ts';

/** For the backend `kubernetes`. */
export const kubernetesVariables = {
  GRIFFIN_KUBECONFIG: Type.Optional(
    Type.String({
      pattern: '^/',
      description: 'the absolute path of a kubeconfig; without it the pod the worker runs in',
    }),
  ),
  GRIFFIN_KUBERNETES_GPU_TYPE_LABEL: Type.String({
    minLength: 1,
    default: 'nvidia.com/gpu.product',
    description: 'the node label that tells types of GPUs apart',
  }),
  GRIFFIN_KUBERNETES_CPU_REQUEST_RATIO: Type.Number({
    exclusiveMinimum: 0,
    maximum: 1,
    default: 1,
    description: 'what of the CPUs that a run asks for is set aside for it: 1 for all of them',
  }),
  GRIFFIN_KUBERNETES_SSD: Type.Enum(['volume', 'node'], {
    default: 'volume',
    description: "where SSDs come from: volume (one of its own for each pod) or node (a part of the node's disk)",
  }),
  GRIFFIN_KUBERNETES_SSD_STORAGE_CLASS: Type.Optional(
    Type.String({ minLength: 1, description: 'the storage class of SSDs; without it the default one of the cluster' }),
  ),
  GRIFFIN_KUBERNETES_START_DEADLINE_SECONDS: Type.Integer({
    minimum: 1,
    default: 1800,
    description: 'how long an attempt may wait for nodes, images and volumes',
  }),
  GRIFFIN_KUBERNETES_EGRESS: Type.Optional(
    Type.String({
      pattern: '^[0-9a-fA-F.:]+/[0-9]+(,[0-9a-fA-F.:]+/[0-9]+)*$',
      description:
        'where api, MLflow and the artifact store are, as runs reach them: CIDR blocks with commas between them',
    }),
  ),
  GRIFFIN_KUBERNETES_INGRESS_HOST: Type.Optional(
    Type.String({
      pattern: '^([a-z0-9][a-z0-9-]{0,9})?\\{attempt\\}([a-z0-9-]{0,9}[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+$',
      description:
        'makes an Ingress for each Ray dashboard, on this host with {attempt} in it: {attempt}.ray.example.org',
    }),
  ),
  GRIFFIN_KUBERNETES_INGRESS_SCHEME: Type.Enum(['https', 'http'], {
    default: 'https',
    description: 'how browsers call these hosts: https or http',
  }),
  GRIFFIN_KUBERNETES_INGRESS_TLS_SECRET: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'the secret with their certificate, in each namespace; without it the one that the controller has',
    }),
  ),
  GRIFFIN_KUBERNETES_INGRESS_CLASS: Type.Optional(
    Type.String({
      minLength: 1,
      description: 'the class of these Ingresses; without it the default one of the cluster',
    }),
  ),
  GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS: Type.String({
    default: '{}',
    description: 'the annotations of these Ingresses: a JSON object of strings',
  }),
  GRIFFIN_KUBERNETES_DASHBOARD_URL: Type.Optional(
    Type.String({
      pattern: '^https?://',
      description: 'how browsers reach a Ray dashboard by a proxy of yours: a URL with {namespace} and {service} in it',
    }),
  ),
  GRIFFIN_KUBERNETES_SECRETS_NAMESPACE: Type.Optional(
    Type.String({
      pattern: '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$',
      description: 'the namespace of the secrets that definitions refer to; without it they refer to none',
    }),
  ),
};

const Variables = Type.Object(kubernetesVariables);
type Variables = Static<typeof Variables>;

export function clusterSettings(given: Variables & { GRIFFIN_INSTALLATION: string }): ClusterSettings {
  const { GRIFFIN_KUBERNETES_SSD_STORAGE_CLASS: storageClass = null } = given;
  return {
    installation: given.GRIFFIN_INSTALLATION,
    gpuTypeLabel: given.GRIFFIN_KUBERNETES_GPU_TYPE_LABEL,
    cpuRequestRatio: given.GRIFFIN_KUBERNETES_CPU_REQUEST_RATIO,
    ssd: given.GRIFFIN_KUBERNETES_SSD === 'node' ? { from: 'node' } : { from: 'volume', storageClass },
    startDeadlineSeconds: given.GRIFFIN_KUBERNETES_START_DEADLINE_SECONDS,
    egress: egressIn(given),
    secretsNamespace: given.GRIFFIN_KUBERNETES_SECRETS_NAMESPACE ?? null,
    dashboards: dashboardsOf(given),
  };
}

/** Where network policies are enforced, runs that may reach nothing would wait for api until their time is over. */
function egressIn({ GRIFFIN_KUBERNETES_EGRESS: egress }: Variables): string[] {
  if (egress !== undefined) return egress.split(',').map(cidrBlock);
  throw new EnvironmentError([
    'GRIFFIN_BACKEND is kubernetes: set GRIFFIN_KUBERNETES_EGRESS to where api, MLflow and the artifact store are, as CIDR blocks with commas between them: 10.1.2.3/32,10.1.4.0/24',
  ]);
}

function cidrBlock(text: string): string {
  const [address = '', length] = text.split('/');
  try {
    new BlockList().addSubnet(address, Number(length), isIPv6(address) ? 'ipv6' : 'ipv4');
    return text;
  } catch {
    throw new EnvironmentError([
      `GRIFFIN_KUBERNETES_EGRESS: '${text}' is no CIDR block: write an address and how many bits of it count, 10.1.4.0/24`,
    ]);
  }
}

function dashboardsOf(given: Variables): Dashboards | null {
  const { GRIFFIN_KUBERNETES_INGRESS_HOST: host, GRIFFIN_KUBERNETES_DASHBOARD_URL: url } = given;
  if (host !== undefined && url !== undefined) {
    throw new EnvironmentError(['GRIFFIN_KUBERNETES_INGRESS_HOST and GRIFFIN_KUBERNETES_DASHBOARD_URL: set only one']);
  }
  if (url !== undefined) return { by: 'proxy', url };
  if (host === undefined) return null;
  return {
    by: 'ingress',
    host,
    scheme: given.GRIFFIN_KUBERNETES_INGRESS_SCHEME,
    className: given.GRIFFIN_KUBERNETES_INGRESS_CLASS ?? null,
    annotations: annotationsIn(given.GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS),
    tlsSecret: given.GRIFFIN_KUBERNETES_INGRESS_TLS_SECRET ?? null,
  };
}

const Annotations = Type.Record(Type.String(), Type.String());

function annotationsIn(text: string): Record<string, string> {
  try {
    return Value.Parse(Annotations, JSON.parse(text));
  } catch {
    throw new EnvironmentError([
      'GRIFFIN_KUBERNETES_INGRESS_ANNOTATIONS is no JSON object of strings: write {"name": "value"}',
    ]);
  }
}
