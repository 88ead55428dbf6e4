import { join } from 'node:path';
import type { ClusterState } from '../../libs/testing/src/index.ts';
import { writeCatalogue } from './catalogue.ts';
import { secretsNamespace } from './cluster-access.ts';
import { installationMark } from './marked-processes.ts';
import type { ProcessDefinition } from './managed-process.ts';
import type { Secrets } from './secrets.ts';
import { repository, type StateFolder } from './state-folder.ts';

export const serviceNames = ['api', 'isc-worker', 'lineage'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** With the rights of the worker, and a name for what is made there. */
export interface ClusterOfStack extends ClusterState {
  installation: string;
}

export interface Surroundings {
  state: StateFolder;
  secrets: Secrets;
  ports: Record<ServiceName, number>;
  databaseUrls: { api: string; isc: string; lineage: string };
  /** Absent: the embedded bus. */
  kafkaBrokers?: string;
  /** Absent: trainings log to no MLflow. */
  mlflowUrl?: string;
  /** What tells a service where artifacts lie. */
  artifacts: Record<string, string>;
  /** Added to every service's environment, and to one's. */
  env: Record<string, string>;
  envOf: Partial<Record<ServiceName, Record<string, string>>>;
  /** From 1 on: which set of services this is. */
  replica: number;
  /** Absent: attempts run on this machine. */
  cluster?: ClusterOfStack;
}

/** The three services as processes, each with just the variables it reads. */
export function serviceDefinitions(given: Surroundings): ProcessDefinition[] {
  return serviceNames.map((service) => {
    const name = given.replica === 1 ? service : `${service}-${given.replica}`;
    return {
      name,
      command: [process.execPath, ...nodeOptions(service), join(repository, 'dist/services', `${service}.js`)],
      env: { ...common(given, service), ...ownVariables(given)[service], ...given.env, ...given.envOf[service] },
      logFile: join(given.state.logs, `${name}.log`),
      readyUrl: `${localUrl(given.ports[service], hostOf(service, given.cluster))}/health/ready`,
    };
  });
}

/**
 * By itself Node lets its young generation grow beyond 100 MiB where there is much memory, and garbage to several times what
 * is in use; the worker keeps what a cluster tells of all its runs. As in the images.
 */
const nodeOptions = (service: ServiceName) =>
  service === 'isc-worker' ? ['--max-semi-space-size=8', '--max-old-space-size=384'] : ['--max-semi-space-size=16'];

const loopback = '127.0.0.1';

export const localUrl = (port: number, host = loopback) => `http://${host}:${port}`;

/** Where that listens which attempts call: on a cluster they reach this machine under an address of its own. */
export const hostFor = (cluster: ClusterState | undefined) => cluster?.hostAddress ?? loopback;

/** What a child gets of this process's own environment; nothing else leaks into it. */
export function inherited(state: StateFolder): Record<string, string> {
  const names = ['PATH', 'HOME', 'LANG', 'TZ', 'TMPDIR', 'SSL_CERT_FILE'];
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]));
  return { ...Object.fromEntries(kept), [installationMark]: state.root };
}

function common(given: Surroundings, name: ServiceName): Record<string, string> {
  const schema = name === 'isc-worker' ? 'isc' : name;
  return {
    ...inherited(given.state),
    NODE_ENV: 'production',
    // Each thread's own arena of glibc's keeps what was freed in it. As in the images.
    MALLOC_ARENA_MAX: '2',
    KAFKAJS_NO_PARTITIONER_WARNING: '1',
    GRIFFIN_DATABASE_URL: given.databaseUrls[schema],
    GRIFFIN_BUS: given.kafkaBrokers === undefined ? 'embedded' : 'kafka',
    GRIFFIN_KAFKA_BROKERS: given.kafkaBrokers ?? '',
    GRIFFIN_HOST: hostOf(name, given.cluster),
    GRIFFIN_PORT: String(given.ports[name]),
  };
}

/** Only api is asked for anything by attempts. */
const hostOf = (service: ServiceName, cluster: ClusterState | undefined) =>
  service === 'api' ? hostFor(cluster) : loopback;

function ownVariables(given: Surroundings): Record<ServiceName, Record<string, string>> {
  const { state, secrets, ports, mlflowUrl, artifacts } = given;
  const apiUrl = localUrl(ports.api, hostFor(given.cluster));
  const shared = { ...artifacts, ...(mlflowUrl !== undefined && { GRIFFIN_MLFLOW_URL: mlflowUrl }) };
  return {
    api: {
      ...shared,
      GRIFFIN_LINEAGE_URL: localUrl(ports.lineage),
      GRIFFIN_RUN_TOKEN_PUBLIC_KEY: secrets.runToken.publicKey,
      GRIFFIN_PRINCIPAL_PRIVATE_KEY: secrets.principal.privateKey,
      GRIFFIN_BOOTSTRAP_PROJECT: 'default',
      GRIFFIN_BOOTSTRAP_TOKEN: secrets.token,
      GRIFFIN_RUNTIMES_CATALOGUE: writeCatalogue(state.root, given.cluster?.runtimeImage),
    },
    'isc-worker': {
      ...shared,
      GRIFFIN_API_URL: apiUrl,
      GRIFFIN_RUN_TOKEN_PRIVATE_KEY: secrets.runToken.privateKey,
      ...(given.cluster ? onKubernetes(given.cluster) : onThisMachine(state)),
    },
    lineage: { GRIFFIN_PRINCIPAL_PUBLIC_KEY: secrets.principal.publicKey },
  };
}

function onThisMachine(state: StateFolder): Record<string, string> {
  return {
    GRIFFIN_BACKEND: 'local',
    GRIFFIN_STATE_DIR: state.root,
    GRIFFIN_RUNTIMES_PYTHON: state.runtimesPython,
  };
}

function onKubernetes({ kubeconfig, hostAddress, installation }: ClusterOfStack): Record<string, string> {
  return {
    GRIFFIN_BACKEND: 'kubernetes',
    GRIFFIN_KUBECONFIG: kubeconfig,
    GRIFFIN_INSTALLATION: installation,
    GRIFFIN_KUBERNETES_SECRETS_NAMESPACE: secretsNamespace,
    GRIFFIN_KUBERNETES_EGRESS: `${hostAddress}/32`,
    // A test cluster has one node, few cores, and nobody who provisions volumes.
    GRIFFIN_KUBERNETES_CPU_REQUEST_RATIO: '0.1',
    GRIFFIN_KUBERNETES_SSD: 'node',
  };
}
