import { Logger } from '@nestjs/common';
import type { KubernetesObject, V1Namespace } from '@kubernetes/client-node';
import { definitionSelectorOf, isOfDefinition, namespaceOf } from '../manifests/names.ts';
import type { ClusterClient } from './cluster-client.ts';
import { batchJobs, pods, rayClusters, rayJobs } from './kinds.ts';

type Client = Pick<ClusterClient, 'get' | 'list' | 'delete'>;

/** What makes other things goes before what is made. */
const inOrder = [
  [rayJobs, batchJobs],
  [rayClusters, pods],
];

/**
 * Removes what a definition has in the cluster. What runs goes before its namespace: a namespace that is being deleted
 * deletes all in it at once, and with it what KubeRay needs to end a job.
 */
export class DefinitionRemoval {
  readonly #client: Client;
  readonly #installation: string;
  readonly #logger = new Logger('DefinitionRemoval');

  constructor(client: Client, installation: string) {
    this.#client = client;
    this.#installation = installation;
  }

  /** Does what can be done now. True when nothing is left. */
  async step(definitionId: string): Promise<boolean> {
    const name = namespaceOf(this.#installation, { definition: { id: definitionId } });
    const namespace = await this.#client.get<V1Namespace>({ apiVersion: 'v1', kind: 'Namespace', name });
    if (!namespace) return true;
    if (!isOfDefinition(namespace, this.#installation, definitionId)) {
      this.#logger.warn({ msg: 'the namespace of a deleted definition is not ours, and stays', namespace: name });
      return true;
    }
    if (namespace.metadata?.deletionTimestamp) return false;
    const empty = await this.#emptied(name, definitionId);
    if (empty) await this.#client.delete({ ...namespace, apiVersion: 'v1', kind: 'Namespace' });
    return false;
  }

  /** True when nothing of the definition runs any more; asks what does to end. */
  async #emptied(namespace: string, definitionId: string): Promise<boolean> {
    const selector = definitionSelectorOf(this.#installation, { definition: { id: definitionId } });
    for (const kinds of inOrder) {
      const found = await Promise.all(
        kinds.map(({ apiVersion, kind }) => this.#list(apiVersion, kind, selector, namespace)),
      );
      const objects = found.flat();
      const standing = objects.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
      for (const object of standing) await this.#client.delete(object);
      if (objects.length > 0) return false;
    }
    return true;
  }

  async #list(apiVersion: string, kind: string, selector: string, namespace: string): Promise<KubernetesObject[]> {
    const { items } = await this.#client.list(apiVersion, kind, selector, namespace);
    return items.map((item) => ({ ...item, apiVersion, kind }));
  }
}
