import { text as textOf } from 'node:stream/consumers';
import {
  ApiException,
  AuthorizationV1Api,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  PatchStrategy,
  type KubernetesListObject,
  type KubernetesObject,
} from '@kubernetes/client-node';
import { faultPoint, type ClusterCall } from '@griffin/faults';
import { AttemptDelayed, AttemptRefused, ClusterUnreachable } from '../backend/cluster-backend.ts';
import { fieldManager } from '../manifests/names.ts';
import { podLog, type PodLogQuery } from './pod-log.ts';

export interface ObjectRef {
  apiVersion: string;
  kind: string;
  name: string;
  namespace?: string;
}

export type ObjectList = KubernetesListObject<KubernetesObject>;

export interface DeleteOptions {
  unchanged?: boolean;
  propagationPolicy?: 'Background' | 'Foreground';
}

const tailBytes = 16 * 1024;
const pageSize = 100;

/**
 * The one way to the API server. What it does not answer is `ClusterUnreachable`, what it refuses for good
 * `AttemptRefused`, and what a quota leaves no room for `AttemptDelayed`.
 */
export class ClusterClient {
  readonly #config: KubeConfig;
  readonly #objects: KubernetesObjectApi;
  readonly #core: CoreV1Api;
  readonly #authorization: AuthorizationV1Api;

  constructor(config: KubeConfig) {
    this.#config = config;
    this.#objects = KubernetesObjectApi.makeApiClient(config);
    this.#core = config.makeApiClient(CoreV1Api);
    this.#authorization = config.makeApiClient(AuthorizationV1Api);
  }

  /** Makes the object so, whatever it was: the fields that we name are ours. Gives it as it is now. */
  async apply<T extends KubernetesObject>(object: T, dryRun = false): Promise<T> {
    const [pretty, all] = [undefined, dryRun ? 'All' : undefined];
    return this.#ask(callOf('apply', object.kind), () =>
      this.#objects.patch(object, pretty, all, fieldManager, true, PatchStrategy.ServerSideApply),
    );
  }

  /** False when there is one of that name already, whatever it says. */
  async create(object: KubernetesObject): Promise<boolean> {
    try {
      await this.#ask(callOf('create', object.kind), () =>
        this.#objects.create(object, undefined, undefined, fieldManager),
      );
      return true;
    } catch (error) {
      if (statusOf(error) === 409) return false;
      throw error;
    }
  }

  async get<T extends KubernetesObject>({ apiVersion, kind, name, namespace = '' }: ObjectRef): Promise<T | undefined> {
    const header = { apiVersion, kind, metadata: { name, namespace } };
    return this.#orMissing(callOf('get', kind), () => this.#objects.read<T>(header));
  }

  /** Whether the worker was given the right to bind the ClusterRole, whatever it holds of it itself. */
  async mayBind(name: string): Promise<boolean> {
    const resourceAttributes = { verb: 'bind', group: 'rbac.authorization.k8s.io', resource: 'clusterroles', name };
    const { status } = await this.#ask(callOf('create', 'SelfSubjectAccessReview'), () =>
      this.#authorization.createSelfSubjectAccessReview({ body: { spec: { resourceAttributes } } }),
    );
    return status?.allowed === true;
  }

  /** In one namespace, or in all. Selects by labels, or by fields. */
  async list(
    apiVersion: string,
    kind: string,
    selector: string | { fields: string },
    namespace?: string,
  ): Promise<ObjectList> {
    return this.#list(apiVersion, kind, selector, { namespace });
  }

  /** In all namespaces, as of one moment, a page at a time: thousands of whole objects at once take much memory. */
  async *pages(apiVersion: string, kind: string, selector: string): AsyncIterable<ObjectList> {
    let from: string | undefined;
    do {
      const page = await this.#list(apiVersion, kind, selector, { limit: pageSize, from });
      yield page;
      from = page.metadata?.['_continue'];
    } while (from);
  }

  async #list(
    apiVersion: string,
    kind: string,
    selector: string | { fields: string },
    { namespace, limit, from }: { namespace?: string | undefined; limit?: number; from?: string | undefined },
  ): Promise<ObjectList> {
    const none = undefined;
    const [fields, labelSelector] = typeof selector === 'string' ? [none, selector] : [selector.fields, none];
    return this.#ask(callOf('list', kind), () =>
      this.#objects.list(apiVersion, kind, namespace, none, none, none, fields, labelSelector, limit, from),
    );
  }

  /**
   * Has the very object deleted that has this uid, and what it owns after it: or before it, with `Foreground`. No error
   * when it is not there; nor, where it is to be as given (`unchanged`), when it has changed.
   */
  async delete(
    object: KubernetesObject,
    { unchanged = false, propagationPolicy = 'Background' }: DeleteOptions = {},
  ): Promise<void> {
    const { uid, resourceVersion } = object.metadata ?? {};
    const preconditions = { uid, ...(unchanged && { resourceVersion }) };
    const body = { ...(uid !== undefined && { preconditions }), propagationPolicy };
    const none = undefined;
    try {
      await this.#ask(callOf('delete', object.kind), () =>
        this.#objects.delete(object, none, none, none, none, none, body),
      );
    } catch (error) {
      // 409: it is another object by now, which is none of ours to delete.
      if (![404, 409].includes(statusOf(error) ?? 0)) throw error;
    }
  }

  /** The last lines that a pod's container wrote; null when there are none to be had. */
  async logTail(namespace: string, name: string, container: string): Promise<string | null> {
    const text = await this.#orMissing(callOf('log', 'Pod'), () =>
      this.#core.readNamespacedPodLog({ namespace, name, container, limitBytes: 64 * tailBytes, tailLines: 200 }),
    );
    return text === undefined || text === '' ? null : text.replaceAll('\0', '\uFFFD').slice(-tailBytes);
  }

  /** What the pod's container writes, with timestamps, as it comes. Nothing when there is no such pod. */
  async *followLog(query: PodLogQuery, signal: AbortSignal): AsyncIterable<Buffer> {
    try {
      const answer = await podLog(this.#config, query, signal);
      if (answer.statusCode === 200) return yield* answer as AsyncIterable<Buffer>;
      const body = await textOf(answer);
      if (answer.statusCode !== 404) throw new Error(`Kubernetes answered ${answer.statusCode}: ${messageIn(body)}`);
    } catch (error) {
      throw new ClusterUnreachable(`A log cannot be read: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  async #orMissing<T>(call: ClusterCall, work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await this.#ask(call, work);
    } catch (error) {
      if (statusOf(error) === 404) return undefined;
      throw error;
    }
  }

  /** Between the two points of the call: after it the API server has done or refused it, and nobody knows. */
  async #ask<T>(call: ClusterCall, work: () => Promise<T>): Promise<T> {
    faultPoint(`before.${call}`);
    try {
      return await work();
    } catch (error) {
      throw explained(error);
    } finally {
      faultPoint(`after.${call}`);
    }
  }
}

const callOf = (verb: string, kind = 'object'): ClusterCall => `kubernetes.${verb}.${kind.toLowerCase()}`;

/** As RBAC says it, and not whoever admits objects. */
const isOfRights = /User "[^"]*" cannot /;

/** What the API server says by its status is for good, unless it is about itself. */
function explained(error: unknown): Error {
  if (!(error instanceof Error)) return new Error(String(error));
  if (isOfTheNetwork(error)) return new ClusterUnreachable(`Kubernetes does not answer: ${causeOf(error)}`);
  if (!(error instanceof ApiException)) return error;
  const { code, body } = error;
  const message = `Kubernetes answered ${code}: ${messageIn(body)}`;
  if (code === 401 || code === 429 || code >= 500) return new ClusterUnreachable(message);
  if (code === 403 && isOfRights.test(message)) return new RightLacking(message);
  if (code === 422 || code === 400) return new AttemptRefused({ code: 'manifest_refused', message });
  // A quota that was just made counts first what there is.
  if (code === 403 && message.includes('status unknown for quota')) return new ClusterUnreachable(message);
  // A quota on objects. What pods may have together is said of the pods, by whatever makes them.
  if (code === 403 && message.includes('exceeded quota'))
    return new AttemptDelayed({ code: 'quota_exceeded', message });
  return new KubernetesRefusal(code, message);
}

/** What the worker may not do is said to it for as long as nobody mends that, or the API server has not loaded its rights. */
export class RightLacking extends ClusterUnreachable {}

export class KubernetesRefusal extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.name = 'KubernetesRefusal';
    this.status = status;
  }
}

function statusOf(error: unknown): number | undefined {
  return error instanceof KubernetesRefusal ? error.status : undefined;
}

function messageIn(body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  try {
    const { message } = JSON.parse(text) as { message?: unknown };
    return typeof message === 'string' ? message : text;
  } catch {
    return text;
  }
}

/** As undici's `fetch` throws it; the client puts what it was about before that, where it looks for a kind's path. */
function isOfTheNetwork({ name, message }: Error): boolean {
  return (name === 'TypeError' && message.endsWith('fetch failed')) || name === 'AbortError' || name === 'TimeoutError';
}

/** undici says no more than "fetch failed"; why is in the cause. */
function causeOf(error: Error): string {
  return error.cause instanceof Error ? `${error.message} (${error.cause.message})` : error.message;
}
