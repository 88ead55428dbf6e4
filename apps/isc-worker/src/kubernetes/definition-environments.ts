import { Logger } from '@nestjs/common';
import type { ResolvedRunSpec } from '@griffin/contracts';
import type { V1Secret } from '@kubernetes/client-node';
import { AttemptRefused } from '../backend/cluster-backend.ts';
import type { ClusterSettings } from '../manifests/cluster-settings.ts';
import { definitionSelectorOf, environmentName, labels, namespaceOf, usedAnnotation } from '../manifests/names.ts';
import {
  environmentConfigMap,
  environmentSecret,
  sharesEnvironment,
  type SharedEnvironment,
} from '../manifests/shared-environment.ts';
import { RightLacking, type ClusterClient } from './cluster-client.ts';
import { secretValue } from './secret-values.ts';

/** An attempt takes what it shares just before it is made: only what nobody took for this long may go. */
const keptUnusedMs = 10 * 60_000;

/** What may hold an attempt. Its pods end before the job does, or with it. */
const users = [
  ['ray.io/v1', 'RayJob'],
  ['batch/v1', 'Job'],
  ['v1', 'Pod'],
] as const;

/** What the attempts of a definition's version share of their environment: never changed, and made anew when a source is. */
export class DefinitionEnvironments {
  readonly #client: ClusterClient;
  readonly #settings: ClusterSettings;
  readonly #logger = new Logger('DefinitionEnvironments');
  /** By namespace, the latest that this process had a part in. */
  readonly #latest = new Map<string, string>();

  constructor(client: ClusterClient, settings: ClusterSettings) {
    this.#client = client;
    this.#settings = settings;
  }

  /** Null where there is nothing to share. Throws `AttemptRefused` where a secret is not to be had. */
  async ensure(spec: ResolvedRunSpec): Promise<SharedEnvironment | null> {
    if (!sharesEnvironment(spec)) return null;
    const { sources, values } = await this.#readSecrets(spec);
    const name = environmentName(spec, sources);
    const configMap = await this.#client.apply(environmentConfigMap(name, spec, this.#settings, new Date()));
    const secret = values && environmentSecret(configMap, spec, this.#settings, values);
    if (secret) await this.#client.create(secret);
    await this.#pruneBefore(spec, name);
    return { configMap: name, secret: secret?.metadata?.name ?? null };
  }

  async #readSecrets(spec: ResolvedRunSpec): Promise<{ sources: V1Secret[]; values: Record<string, string> | null }> {
    const { secrets = [] } = spec;
    if (secrets.length === 0) return { sources: [], values: null };
    const namespace = this.#settings.secretsNamespace;
    if (namespace === null) throw unavailable(['This platform keeps no secrets. Take them out of the definition.']);
    const names = [...new Set(secrets.map(({ secret }) => secret))].toSorted();
    const found = await Promise.all(names.map((name) => this.#read(namespace, name)));
    const sources = new Map(names.map((name, index) => [name, found[index]]));
    const values = secrets.map((one) => ({
      env: one.env,
      ...secretValue(one, sources.get(one.secret), spec, namespace),
    }));
    const faults = values.flatMap((one) => ('fault' in one ? [one.fault] : []));
    if (faults.length > 0) throw unavailable(faults);
    return {
      sources: found.flatMap((source) => source ?? []),
      values: Object.fromEntries(values.flatMap((one) => ('value' in one ? [[one.env, one.value]] : []))),
    };
  }

  async #read(namespace: string, name: string): Promise<V1Secret | undefined> {
    try {
      return await this.#client.get<V1Secret>({ apiVersion: 'v1', kind: 'Secret', name, namespace });
    } catch (error) {
      if (!(error instanceof RightLacking)) throw error;
      const grant =
        'Whoever runs the platform gives it the right to get secrets there: deploy/kubernetes/isc-worker-access.yaml.';
      throw unavailable([`The worker may not read the secret '${name}' in the namespace '${namespace}'. ${grant}`]);
    }
  }

  /** Removes what earlier versions and sources left, once for each that is new. What cannot go now goes another time. */
  async #pruneBefore(spec: ResolvedRunSpec, name: string): Promise<void> {
    const namespace = namespaceOf(this.#settings.installation, spec);
    if (this.#latest.get(namespace) === name) return;
    this.#latest.set(namespace, name);
    try {
      await this.#prune(namespace, spec, name);
    } catch (error) {
      this.#logger.warn({ msg: 'cannot remove the environments of earlier attempts', namespace, err: error });
    }
  }

  async #prune(namespace: string, spec: ResolvedRunSpec, latest: string): Promise<void> {
    const selector = definitionSelectorOf(this.#settings.installation, spec);
    const { items } = await this.#client.list('v1', 'ConfigMap', selector, namespace);
    const unused = items.filter(({ metadata }) => metadata?.name !== latest && !isFresh(metadata?.annotations));
    if (unused.length === 0) return;
    const used = await this.#used(namespace, selector);
    for (const found of unused) {
      const object = { ...found, apiVersion: 'v1', kind: 'ConfigMap' };
      if (!used.has(found.metadata?.name)) await this.#client.delete(object, { unchanged: true });
    }
  }

  /** Asked of the API server itself: what the watches know may lag behind. */
  async #used(namespace: string, selector: string): Promise<Set<string | undefined>> {
    const lists = await Promise.all(
      users.map(([version, kind]) => this.#client.list(version, kind, selector, namespace)),
    );
    return new Set(lists.flatMap(({ items }) => items.map(({ metadata }) => metadata?.labels?.[labels.environment])));
  }
}

function isFresh(annotations: Record<string, string> | undefined): boolean {
  const usedAt = Date.parse(annotations?.[usedAnnotation] ?? '');
  return !(Date.now() - usedAt > keptUnusedMs);
}

function unavailable(faults: string[]): AttemptRefused {
  return new AttemptRefused({ code: 'secret_unavailable', message: faults.join(' ') });
}
