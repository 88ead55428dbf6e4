import {
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type KubernetesObject,
  type V1Node,
  type V1Pod,
} from '@kubernetes/client-node';

const kinds = [
  ['ray.io/v1', 'RayJob'],
  ['ray.io/v1', 'RayCluster'],
  ['batch/v1', 'Job'],
  ['v1', 'Pod'],
  ['v1', 'Secret'],
  ['networking.k8s.io/v1', 'Ingress'],
] as const;

/** Made for a run by others, who do not label them as we do: their names say whose they are. */
const namedAfterRun = ['Service', 'PersistentVolumeClaim'] as const;

const rbac = 'rbac.authorization.k8s.io/v1';

export type Kind = (typeof kinds)[number][1];

/** What there is in the cluster, as its administrator sees it. */
export class ClusterObjects {
  readonly #objects: KubernetesObjectApi;
  readonly #core: CoreV1Api;

  constructor(kubeconfig: string) {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    this.#objects = KubernetesObjectApi.makeApiClient(config);
    this.#core = config.makeApiClient(CoreV1Api);
  }

  /** All of a kind that belongs to a run. */
  async ofRun(kind: Kind, runId: string): Promise<KubernetesObject[]> {
    return this.labelled(kind, `griffin.dev/run-id=${runId}`);
  }

  async labelled(kind: string, selector: string): Promise<KubernetesObject[]> {
    const none = undefined;
    const apiVersion = kinds.find(([, name]) => name === kind)?.[0] ?? (kind === 'RoleBinding' ? rbac : 'v1');
    const { items } = await this.#objects.list(apiVersion, kind, none, none, none, none, none, selector);
    return items.map((item) => ({ ...item, apiVersion, kind }));
  }

  async pods(runId: string): Promise<V1Pod[]> {
    return this.ofRun('Pod', runId);
  }

  /** The pod that is one thing to a run: `head`, `worker` or `container`. */
  async pod(runId: string, role: string): Promise<V1Pod | undefined> {
    const pods = await this.labelled('Pod', `griffin.dev/run-id=${runId},griffin.dev/role=${role}`);
    return pods.find(({ metadata }) => metadata?.deletionTimestamp === undefined);
  }

  /** Of each kind how many there are that belong to the run; kinds of which there are none are left out. */
  async count(runId: string): Promise<Record<string, number>> {
    const counts = await Promise.all([
      ...kinds.map(async ([, kind]) => [kind, (await this.ofRun(kind, runId)).length] as const),
      ...namedAfterRun.map(async (kind) => [kind, (await this.#named(kind, runId)).length] as const),
    ]);
    return Object.fromEntries(counts.filter(([, count]) => count > 0));
  }

  async #named(kind: string, runId: string): Promise<KubernetesObject[]> {
    const all = await this.labelled(kind, '');
    return all.filter(({ metadata }) => metadata?.name?.startsWith(`run-${runId}-`));
  }

  async node(name: string): Promise<V1Node> {
    return this.#core.readNode({ name });
  }

  /** The names of what can still compute for the run: pods that do, and what makes pods. */
  async computing(runId: string): Promise<string[]> {
    const pods: V1Pod[] = await this.ofRun('Pod', runId);
    const makers = await Promise.all((['RayJob', 'RayCluster', 'Job'] as const).map((kind) => this.ofRun(kind, runId)));
    return [
      ...pods.filter(({ status }) => status?.phase !== 'Succeeded' && status?.phase !== 'Failed'),
      ...makers.flat().filter(({ metadata }) => metadata?.deletionTimestamp === undefined),
    ].map(({ metadata }) => metadata?.name ?? '');
  }

  /** Changes what `spec` names of the run's one object of that kind, as somebody who may. */
  async change(kind: Kind, runId: string, spec: object): Promise<void> {
    const [object] = await this.ofRun(kind, runId);
    const { apiVersion, metadata: { name, namespace } = {} } = object ?? {};
    const change = { apiVersion, kind, metadata: { name, namespace }, spec } as KubernetesObject;
    const none = undefined;
    await this.#objects.patch(change, none, none, none, none, PatchStrategy.MergePatch);
  }

  async delete(object: KubernetesObject): Promise<void> {
    await this.#objects.delete(object, undefined, undefined, 0);
  }
}
