import { setTimeout as delay } from 'node:timers/promises';
import {
  ApiException,
  BatchV1Api,
  CoreV1Api,
  KubeConfig,
  PatchStrategy,
  setHeaderOptions,
  VersionApi,
  Watch,
  type KubernetesObject,
  type V1Pod,
  type V1PodStatus,
} from '@kubernetes/client-node';
import { eventually } from '../../../libs/testing/src/index.ts';
import { atOnce } from './at-once.ts';
import { worker } from './worker-code.ts';

/** The cluster as its administrator sees and changes it. */
export class KubernetesOfBench {
  readonly #config = new worker.KeptConnections();
  readonly #core: CoreV1Api;
  /** To remove thousands of objects takes longer than the worker waits for any answer. */
  readonly #patient: { core: CoreV1Api; batch: BatchV1Api };

  constructor(kubeconfig: string) {
    this.#config.loadFromFile(kubeconfig);
    this.#core = this.#config.makeApiClient(CoreV1Api);
    const patient = new KubeConfig();
    patient.loadFromFile(kubeconfig);
    this.#patient = { core: patient.makeApiClient(CoreV1Api), batch: patient.makeApiClient(BatchV1Api) };
  }

  async version(): Promise<string> {
    return (await this.#config.makeApiClient(VersionApi).getCode()).gitVersion;
  }

  async fakeNodes(): Promise<number> {
    return (await this.#core.listNode({ labelSelector: 'type=kwok' })).items.length;
  }

  async pods(labelSelector: string): Promise<V1Pod[]> {
    return (await this.#core.listPodForAllNamespaces({ labelSelector })).items;
  }

  /** The variables of the one secret. */
  async environment(labelSelector: string): Promise<Record<string, string>> {
    const [secret] = (await this.#core.listSecretForAllNamespaces({ labelSelector })).items;
    const variables = Object.entries(secret?.data ?? {});
    if (variables.length === 0) throw new Error(`There is no secret with ${labelSelector}`);
    return Object.fromEntries(variables.map(([name, value]) => [name, Buffer.from(value, 'base64').toString()]));
  }

  async changeStatus({ metadata }: V1Pod, status: V1PodStatus): Promise<void> {
    await this.#core.patchNamespacedPodStatus(
      { name: metadata!.name!, namespace: metadata!.namespace!, body: { status } },
      setHeaderOptions('Content-Type', PatchStrategy.StrategicMergePatch),
    );
  }

  /**
   * Removes the runs' objects at once: one by one, thousands of them outlast every patience. What is owned goes first: its
   * owner would leave it to the garbage collector, which is at it for minutes.
   */
  async removeRuns(labelSelector: string): Promise<void> {
    const secrets = (await this.#core.listSecretForAllNamespaces({ labelSelector })).items;
    for (const namespace of new Set(secrets.map(({ metadata }) => metadata!.namespace!))) {
      const { core, batch } = this.#patient;
      const of = { namespace, labelSelector };
      await untilDone(() => core.deleteCollectionNamespacedSecret(of));
      await untilDone(() => batch.deleteCollectionNamespacedJob({ ...of, propagationPolicy: 'Background' }));
      await untilDone(() => core.deleteCollectionNamespacedPod({ ...of, gracePeriodSeconds: 0 }));
    }
    // Of some its controller only now makes pods.
    await eventually(
      async () => {
        const pods = await this.pods(labelSelector);
        await atOnce(16, pods, (pod) => this.#letGo(pod));
        if (pods.length > 0) throw new Error(`${pods.length} pods were there still`);
      },
      { timeoutMs: 600_000, intervalMs: 1_000 },
    );
  }

  /** The controller of Jobs would do it for 20 of them in a second. */
  async #letGo({ metadata }: V1Pod): Promise<void> {
    const [name, namespace] = [metadata!.name!, metadata!.namespace!];
    const body = { metadata: { finalizers: null } };
    await this.#core
      .patchNamespacedPod({ name, namespace, body }, setHeaderOptions('Content-Type', PatchStrategy.MergePatch))
      .catch((error: unknown) => {
        if (!(error instanceof ApiException && error.code === 404)) throw error;
      });
  }

  /** Counts the secrets that come from now on; none of them may be there yet. */
  async secrets(labelSelector: string): Promise<Arrivals> {
    return Arrivals.open(this.#config, '/api/v1/secrets', labelSelector);
  }
}

/** The API server breaks off what takes it longer than a minute; what is deleted by then is deleted. */
async function untilDone(remove: () => Promise<unknown>): Promise<void> {
  await eventually(remove, { timeoutMs: 600_000, intervalMs: 1_000 });
}

/** When objects came, by a watch. */
export class Arrivals {
  readonly #at = new Map<string, number>();
  #request: AbortController | undefined;
  #failure: Error | undefined;
  #closed = false;

  static async open(config: KubeConfig, path: string, labelSelector: string): Promise<Arrivals> {
    const arrivals = new Arrivals();
    const seen = (type: string, { metadata }: KubernetesObject) => {
      if (type === 'ADDED') arrivals.#at.set(metadata?.uid ?? '', Date.now());
    };
    arrivals.#request = await new Watch(config).watch(path, { labelSelector }, seen, (error: unknown) => {
      if (!arrivals.#closed) arrivals.#failure = new Error(`The watch of ${path} ended`, { cause: error });
    });
    return arrivals;
  }

  /** Resolves with the moment at which the last of `count` came. */
  async last(count: number, withinMs: number): Promise<number> {
    const deadline = Date.now() + withinMs;
    while (this.#at.size < count) {
      if (this.#failure) throw this.#failure;
      if (Date.now() > deadline) throw new Error(`Of ${count} secrets only ${this.#at.size} came`);
      await delay(50);
    }
    return Math.max(...this.#at.values());
  }

  close(): void {
    this.#closed = true;
    this.#request?.abort();
  }
}
