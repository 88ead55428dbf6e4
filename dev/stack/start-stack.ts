import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { freePort, isPortFree, startKafka, type ClusterState, type S3Bucket } from '../../libs/testing/src/index.ts';
import { type ArtifactPlace, type OpenedArtifacts, openArtifacts } from './artifacts.ts';
import { writeBusEnvironment } from './bus-environment.ts';
import { openDatabase, type DatabaseServer } from './database-server.ts';
import { grantWorkerAccess } from './cluster-access.ts';
import { endInstallation } from './end-installation.ts';
import { endOnCluster } from './end-on-cluster.ts';
import { startGuardian } from './guarded.ts';
import { ManagedProcess } from './managed-process.ts';
import { mlflowDefinition } from './mlflow.ts';
import { installationSecrets, type Secrets } from './secrets.ts';
import {
  hostFor,
  inherited,
  localUrl,
  serviceDefinitions,
  type ClusterOfStack,
  type ServiceName,
  type Surroundings,
} from './services.ts';
import { openStateFolder, type StateFolder } from './state-folder.ts';
import { releaseSupervisorLock, takeSupervisorLock } from './supervisor-lock.ts';

export interface StackOptions {
  bus?: 'embedded' | 'kafka';
  /** Default: GRIFFIN_STATE_DIR, or `.griffin` in the checkout. */
  stateDir?: string;
  /** Default: a free one. */
  apiPort?: number;
  /** Of an account that may create roles and schemas. Default: GRIFFIN_DATABASE_URL, or a server of the stack's own. */
  databaseUrl?: string;
  /** Default: those of GRIFFIN_KAFKA_BROKERS, or one of the stack's own. Only where the bus is Kafka. */
  kafkaBrokers?: string[];
  /** Where runs keep their files. Default: `folder`. */
  artifacts?: ArtifactPlace;
  /** `false`: trainings log to no MLflow. */
  mlflow?: false;
  /** How many of each service, each on ports of its own. Default: 1. */
  replicas?: number;
  /** Added to every service's environment. */
  env?: Record<string, string>;
  /** Added to the environment of one service. */
  envOf?: Partial<Record<ServiceName, Record<string, string>>>;
  /** Runs attempts there, on artifacts in an S3 store that `env` names. Default: on this machine. */
  cluster?: ClusterState;
  /** Told what happens, a line each. */
  onProgress?: (line: string) => void;
}

/** A replica beyond the first is numbered: `api-2`. */
export type ProcessName = ServiceName | `${ServiceName}-${number}` | 'mlflow';

export interface Stack {
  apiUrl: string;
  /** Of every replica; the first is `apiUrl`. */
  apiUrls: string[];
  /** The bearer token of the project `default`. */
  token: string;
  /** Present unless it is to be without. */
  mlflowUrl?: string;
  /** Of an account that may do everything, for tests that look behind the API. */
  databaseAdminUrl: string;
  /** Present when the bus is Kafka. */
  kafkaBrokers?: string[];
  /** Present when artifacts lie on an S3 server of the stack's own. */
  s3?: S3Bucket;
  state: StateFolder;
  pid(name: ProcessName | 'postgres'): number | undefined;
  /** Resolves when the process is gone; it stays down until `start`. */
  kill(name: ProcessName, signal?: NodeJS.Signals): Promise<void>;
  /** Starts a process that is down, and resolves once it is ready. */
  start(name: ProcessName): Promise<void>;
  /** Ends everything the stack started, and everything that those started. */
  stop(): Promise<void>;
}

const readyWithinMs = 60_000;

/**
 * Starts the whole platform on this machine, every port on the loopback interface, and resolves once it serves. What a
 * crash left running in the same state folder is ended first; when this process dies, a guardian ends everything.
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const state = openStateFolder(options.stateDir);
  await refuseWhenUnable(state, options);
  takeSupervisorLock(state.supervisorLock);
  await endInstallation(state);
  const guardian = startGuardian(state);
  const running = new Running(state, options.onProgress ?? (() => {}));
  const stop = once(async () => {
    await running.stop();
    await guardian.dismiss();
    releaseSupervisorLock(state.supervisorLock);
  });
  try {
    return { ...(await running.start(options)), stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function refuseWhenUnable(state: StateFolder, { apiPort }: StackOptions): Promise<void> {
  if (apiPort !== undefined && !(await isPortFree(apiPort))) {
    throw new Error(
      `Port ${apiPort} is taken. End the program that listens on it, or choose another: GRIFFIN_PORT=<port>`,
    );
  }
  for (const python of [state.runtimesPython, state.mlflowPython]) {
    if (!existsSync(python)) throw new Error(`${python} is missing. Run 'make install' first`);
  }
}

/** What a stack consists of, in the order it came up. */
class Running {
  readonly #state: StateFolder;
  readonly #say: (line: string) => void;
  readonly #processes = new Map<string, ManagedProcess>();
  readonly #servers: { stop(): Promise<void> }[] = [];

  constructor(state: StateFolder, say: (line: string) => void) {
    this.#state = state;
    this.#say = say;
  }

  async start(options: StackOptions): Promise<Omit<Stack, 'stop'>> {
    const state = this.#state;
    const secrets = installationSecrets(state.keys);
    const host = hostFor(options.cluster);
    const mlflowUrl = options.mlflow === false ? undefined : await this.#startMlflow(host);
    // First, and alone: where there can be no S3 server, nothing is starting yet that would have to be waited for.
    const artifacts = await this.#openArtifacts(options);
    const [database, kafkaBrokers] = await Promise.all([
      this.#openDatabase(secrets, options.databaseUrl),
      this.#openBus(options),
    ]);
    const { env = {}, envOf = {}, cluster } = options;
    const brokers = kafkaBrokers?.join(',');
    const surroundings = {
      state,
      secrets,
      databaseUrls: database.urls,
      kafkaBrokers: brokers,
      mlflowUrl,
      artifacts: artifacts.variables,
      env,
      envOf,
      cluster: cluster && (await this.#openCluster(cluster)),
    };
    writeBusEnvironment(state.keys, database.urls.api, brokers);
    const apiUrls = await this.#startServices(options, surroundings);
    return {
      apiUrl: apiUrls[0] ?? '',
      apiUrls,
      token: secrets.token,
      mlflowUrl,
      databaseAdminUrl: database.adminUrl,
      kafkaBrokers,
      s3: artifacts.s3,
      state,
      pid: (name) => (name === 'postgres' ? database.pid() : this.#process(name).pid),
      kill: (name, signal) => this.#process(name).kill(signal),
      start: async (name) => {
        this.#process(name).start();
        await this.#process(name).ready(readyWithinMs);
      },
    };
  }

  /** Services first, so that they finish what they do; then what they left; servers last. */
  async stop(): Promise<void> {
    await Promise.all([...this.#processes.values()].map((managed) => managed.stop()));
    for (const server of this.#servers.toReversed()) await server.stop();
    await endInstallation(this.#state);
  }

  /** Does not wait for it: nobody asks it for anything before something is trained. */
  async #startMlflow(host: string): Promise<string> {
    const port = await freePort();
    this.#run(new ManagedProcess(mlflowDefinition(this.#state, port, host), this.#onRestart));
    return localUrl(port, host);
  }

  async #openDatabase(secrets: Secrets, url?: string): Promise<DatabaseServer> {
    const database = await openDatabase(this.#state, secrets, url ?? process.env['GRIFFIN_DATABASE_URL']);
    this.#servers.push(database);
    return database;
  }

  /** The brokers, when the bus is Kafka: the given ones, or one of our own. */
  async #openBus({ bus, kafkaBrokers }: StackOptions): Promise<string[] | undefined> {
    if (bus !== 'kafka') return undefined;
    const given = kafkaBrokers ?? process.env['GRIFFIN_KAFKA_BROKERS']?.split(',');
    if (given) return given;
    const broker = await startKafka({ dataDir: this.#state.kafka, env: inherited(this.#state) });
    this.#servers.push(broker);
    return broker.brokers;
  }

  /** The cluster as the worker may use it. What the stack made there goes with it. */
  async #openCluster(cluster: ClusterState): Promise<ClusterOfStack> {
    const installation = `stack-${randomBytes(4).toString('hex')}`;
    this.#servers.push({ stop: () => endOnCluster(cluster.kubeconfig, installation) });
    return { ...cluster, installation, kubeconfig: await grantWorkerAccess(cluster.kubeconfig, this.#state.keys) };
  }

  /** Pods share no folder. */
  async #openArtifacts({ artifacts: place, cluster }: StackOptions): Promise<OpenedArtifacts> {
    const artifacts = await openArtifacts(this.#state, place ?? (cluster ? 's3' : 'folder'), hostFor(cluster));
    this.#servers.push(artifacts);
    return artifacts;
  }

  /** Every replica of every service; resolves with the URL of each api, once all are ready. */
  async #startServices(options: StackOptions, given: Omit<Surroundings, 'ports' | 'replica'>): Promise<string[]> {
    const apiUrls: string[] = [];
    const services: ManagedProcess[] = [];
    for (let replica = 1; replica <= (options.replicas ?? 1); replica += 1) {
      const ports = await servicePorts(replica === 1 ? options.apiPort : undefined);
      apiUrls.push(localUrl(ports.api, hostFor(options.cluster)));
      const definitions = serviceDefinitions({ ...given, ports, replica });
      services.push(...definitions.map((definition) => this.#run(new ManagedProcess(definition, this.#onRestart))));
    }
    await Promise.all(services.map((service) => service.ready(readyWithinMs)));
    return apiUrls;
  }

  #run(managed: ManagedProcess): ManagedProcess {
    this.#processes.set(managed.definition.name, managed);
    managed.start();
    return managed;
  }

  #process(name: ProcessName): ManagedProcess {
    const managed = this.#processes.get(name);
    if (!managed) throw new Error(`The stack has no process '${name}'`);
    return managed;
  }

  readonly #onRestart = (name: string, exit: string): void =>
    this.#say(`${name} ended (${exit}) and is started again. See ${this.#processes.get(name)?.definition.logFile}`);
}

async function servicePorts(apiPort: number | undefined): Promise<Record<ServiceName, number>> {
  const [api, worker, lineage] = [apiPort ?? (await freePort()), await freePort(), await freePort()];
  return { api, 'isc-worker': worker, lineage };
}

/** Runs `work` at the first call only; every call gets the same outcome. */
function once(work: () => Promise<void>): () => Promise<void> {
  let outcome: Promise<void> | undefined;
  return () => (outcome ??= work());
}
