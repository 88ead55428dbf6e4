import type { ResolvedRunSpec } from '@griffin/contracts';
import type { KubernetesObject, V1Namespace, V1RoleBinding } from '@kubernetes/client-node';
import { AttemptRefused } from '../backend/cluster-backend.ts';
import type { ClusterSettings } from '../manifests/cluster-settings.ts';
import { definitionSelectorOf, definitionVersionAnnotation, isOfDefinition, namespaceOf } from '../manifests/names.ts';
import { definitionObjects } from '../manifests/namespace.ts';
import { serviceAccount } from '../manifests/service-account.ts';
import { KubernetesRefusal, type ClusterClient } from './cluster-client.ts';
import { usedAccounts } from './used-accounts.ts';

/** Kinds of which a version of a definition may have some that the next one has not. */
const prunable = [
  ['rbac.authorization.k8s.io/v1', 'RoleBinding'],
  ['v1', 'ResourceQuota'],
  ['v1', 'LimitRange'],
  ['v1', 'ServiceAccount'],
] as const;

/** Kubernetes makes it in every namespace, and again when it is deleted; a definition may have named it for its own. */
const kubernetesOwnAccount = 'ServiceAccount/default';

/** The namespaces that definitions own, and what their runs share in them: as their newest version that ran says. */
export class DefinitionNamespaces {
  readonly #client: ClusterClient;
  readonly #settings: ClusterSettings;
  readonly #applied = new Map<string, { version: number; done: Promise<void> }>();

  constructor(client: ClusterClient, settings: ClusterSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /**
   * An attempt of an older version changes nothing, but has the account that it runs as. Throws `AttemptRefused` where the
   * namespace is somebody else's, or a role of it is not to be had.
   */
  async ensure(spec: ResolvedRunSpec): Promise<void> {
    const namespace = namespaceOf(this.#settings.installation, spec);
    const known = this.#applied.get(namespace);
    if (known && known.version === spec.definition.version) return known.done;
    if (known && known.version > spec.definition.version) {
      await known.done;
      return this.#haveAccount(namespace, spec);
    }
    const done = this.#converge(namespace, spec);
    this.#applied.set(namespace, { version: spec.definition.version, done });
    done.catch(() => this.forget(spec));
    return done;
  }

  /** What was made may be gone: the next attempt makes it again. */
  forget(of: { definition: { id: string } }): void {
    this.#applied.delete(namespaceOf(this.#settings.installation, of));
  }

  async #converge(name: string, spec: ResolvedRunSpec): Promise<void> {
    const there = await this.#client.get<V1Namespace>({ apiVersion: 'v1', kind: 'Namespace', name });
    if (there && !isOfDefinition(there, this.#settings.installation, spec.definition.id)) throw isNotOurs(name);
    if (Number(there?.metadata?.annotations?.[definitionVersionAnnotation] ?? 0) > spec.definition.version) {
      return this.#haveAccount(name, spec);
    }
    const [namespace, ...others] = definitionObjects(spec, this.#settings);
    await this.#client.apply(namespace!);
    await Promise.all(others.map((object) => this.#apply(object)));
    if (there) await this.#prune(name, spec, others);
  }

  async #apply(object: KubernetesObject): Promise<void> {
    try {
      await this.#client.apply(object);
    } catch (error) {
      throw (object.kind === 'RoleBinding' && roleRefused(object as V1RoleBinding, error)) || error;
    }
  }

  /** A newer version that has another may have taken it away since. */
  async #haveAccount(namespace: string, spec: ResolvedRunSpec): Promise<void> {
    await this.#client.apply(serviceAccount(namespace, this.#settings.installation, spec));
  }

  async #prune(namespace: string, spec: ResolvedRunSpec, wanted: KubernetesObject[]): Promise<void> {
    const kept = new Set([...wanted.map(nameOf), kubernetesOwnAccount]);
    const selector = definitionSelectorOf(this.#settings.installation, spec);
    for (const [apiVersion, kind] of prunable) {
      const { items } = await this.#client.list(apiVersion, kind, selector, namespace);
      const left = items.map((item) => ({ ...item, apiVersion, kind })).filter((object) => !kept.has(nameOf(object)));
      const used =
        kind === 'ServiceAccount' && left.length > 0 ? await usedAccounts(this.#client, namespace, selector) : [];
      for (const object of left) if (!used.includes(object.metadata?.name)) await this.#client.delete(object);
    }
  }
}

const nameOf = ({ kind, metadata }: KubernetesObject) => `${kind}/${metadata?.name}`;

function isNotOurs(name: string): AttemptRefused {
  const message =
    `The namespace '${name}' is there, and does not say that it is this definition's. ` +
    'Whoever runs the platform removes it, or gives the installation another name.';
  return new AttemptRefused({ code: 'namespace_taken', message });
}

/** Another refusal is no fault of the definition's: its namespace may be going, or the worker lack its rights. */
function roleRefused({ roleRef }: V1RoleBinding, error: unknown): AttemptRefused | null {
  if (!(error instanceof KubernetesRefusal)) return null;
  const role = `The role '${roleRef.name}' of the definition (authorization.roles)`;
  if (error.status === 404 && error.message.includes(`"${roleRef.name}" not found`)) {
    const message = `${role} does not exist. Whoever runs the platform creates this ClusterRole, or correct the definition.`;
    return new AttemptRefused({ code: 'authorization_refused', message });
  }
  if (error.status === 403 && error.message.includes('not currently held')) {
    const grant = 'Whoever runs the platform lets it bind the role: deploy/kubernetes/isc-worker-access.yaml.';
    const message = `${role} is not the worker's to give away. ${grant} Or take it out of the definition.`;
    return new AttemptRefused({ code: 'authorization_refused', message });
  }
  return null;
}
