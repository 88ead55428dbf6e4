import type { ResolvedRunSpec } from '@griffin/contracts';
import type { KubernetesObject, V1Namespace, V1RoleBinding } from '@kubernetes/client-node';
import { AttemptRefused } from '../backend/cluster-backend.ts';
import type { ClusterSettings } from '../manifests/cluster-settings.ts';
import {
  defaultServiceAccount,
  definitionSelectorOf,
  definitionVersionAnnotation,
  isOfDefinition,
  namespaceOf,
} from '../manifests/names.ts';
import { definitionObjects } from '../manifests/namespace.ts';
import { serviceAccount, serviceAccountOf } from '../manifests/service-account.ts';
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

/** Another worker may have made it so as another version says, and somebody have deleted a part of it. */
const believedMs = 60_000;

/** The namespaces that definitions own, and what their runs share in them: as their newest version that ran says. */
export class DefinitionNamespaces {
  readonly #client: ClusterClient;
  readonly #settings: ClusterSettings;
  readonly #applied = new Map<string, { version: number; until: number; done: Promise<void> }>();

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
    const { version } = spec.definition;
    const known = this.#applied.get(namespace);
    if (known && known.version >= version && known.until > Date.now()) {
      await known.done;
      const isShared = known.version === version && serviceAccountOf(spec) === defaultServiceAccount;
      return isShared ? undefined : this.#haveAccount(namespace, spec);
    }
    const done = this.#converge(namespace, spec);
    this.#applied.set(namespace, { version, until: Date.now() + believedMs, done });
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
    if (object.kind === 'RoleBinding') return this.#bind(object as V1RoleBinding);
    await this.#client.apply(object);
  }

  /** Kubernetes lets anybody give away what he holds himself: the worker's own role would be to be had by everybody. */
  async #bind(binding: V1RoleBinding): Promise<void> {
    const mayBind = await this.#client.mayBind(binding.roleRef.name);
    try {
      await this.#client.apply(binding, !mayBind);
    } catch (error) {
      throw roleRefused(binding, error) ?? error;
    }
    if (!mayBind) throw isNotToGive(binding);
  }

  /** Another version, which another worker made, may have taken it away since. */
  async #haveAccount(namespace: string, spec: ResolvedRunSpec): Promise<void> {
    await this.#client.apply(serviceAccount(namespace, this.#settings.installation, spec));
  }

  async #prune(namespace: string, spec: ResolvedRunSpec, wanted: KubernetesObject[]): Promise<void> {
    const kept = new Set([...wanted.map(nameOf), kubernetesOwnAccount, `ServiceAccount/${defaultServiceAccount}`]);
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
function roleRefused(binding: V1RoleBinding, error: unknown): AttemptRefused | null {
  if (!(error instanceof KubernetesRefusal)) return null;
  if (error.status === 404 && error.message.includes(`"${binding.roleRef.name}" not found`)) {
    const message = `${roleOf(binding)} does not exist. Whoever runs the platform creates this ClusterRole, or correct the definition.`;
    return new AttemptRefused({ code: 'authorization_refused', message });
  }
  return error.status === 403 && error.message.includes('not currently held') ? isNotToGive(binding) : null;
}

function isNotToGive(binding: V1RoleBinding): AttemptRefused {
  const grant = 'Whoever runs the platform lets it bind the role: deploy/kubernetes/isc-worker-access.yaml.';
  const message = `${roleOf(binding)} is not the worker's to give away. ${grant} Or take it out of the definition.`;
  return new AttemptRefused({ code: 'authorization_refused', message });
}

const roleOf = ({ roleRef }: V1RoleBinding) => `The role '${roleRef.name}' of the definition (authorization.roles)`;
