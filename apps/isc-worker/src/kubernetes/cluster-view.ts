import type { KubeConfig, KubernetesObject, V1Job, V1Pod } from '@kubernetes/client-node';
import { attemptKey, type AttemptRef } from '../backend/attempt.ts';
import { ClusterUnreachable } from '../backend/cluster-backend.ts';
import { isInItsNamespace, selectorOf } from '../manifests/names.ts';
import type { RayJob } from '../manifests/ray-job.ts';
import { Casualties } from './casualties.ts';
import type { ClusterClient } from './cluster-client.ts';
import { batchJobs, pods, rayClusters, rayJobs, type RayCluster } from './kinds.ts';
import { Watched } from './watched.ts';

/** What the cluster holds of this installation, kept up to date by watches. */
export class ClusterView {
  readonly rayJobs: Watched<RayJob>;
  readonly batchJobs: Watched<V1Job>;
  readonly rayClusters: Watched<RayCluster>;
  readonly pods: Watched<V1Pod>;
  readonly casualties = new Casualties();

  constructor(config: KubeConfig, client: ClusterClient, installation: string, changed: (attempt: AttemptRef) => void) {
    const isOurs = (object: KubernetesObject) => isInItsNamespace(object, installation);
    const scope = { selector: selectorOf(installation), isOurs };
    this.rayJobs = new Watched(config, client, scope, rayJobs, changed);
    this.batchJobs = new Watched(config, client, scope, batchJobs, changed);
    this.rayClusters = new Watched(config, client, scope, rayClusters, changed);
    this.pods = new Watched(config, client, scope, pods, (attempt, pod) => {
      this.casualties.note(pod);
      changed(attempt);
    });
  }

  start(): void {
    for (const watched of this.#all) watched.start();
  }

  /** Resolves when every kind was listed, or could not be. */
  async looked(): Promise<void> {
    await Promise.all(this.#all.map((watched) => watched.looked));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all.map((watched) => watched.stop()));
  }

  /** Throws `ClusterUnreachable` while what is known may be out of date. */
  requireCurrent(): void {
    const failure = this.#all.map((watched) => watched.failure).find((one) => one !== null);
    if (failure !== undefined) throw new ClusterUnreachable(`What the cluster holds cannot be seen: ${failure}`);
  }

  /** Whether the attempt's Job of this uid is there, and no pod of it. */
  hasNoPod(attempt: AttemptRef, uid: string): boolean {
    return (
      this.pods.of(attempt).length === 0 && this.batchJobs.of(attempt).some(({ metadata }) => metadata?.uid === uid)
    );
  }

  /** All that there is of an attempt: first what makes other things, then what is made. */
  objectsOf(attempt: AttemptRef): KubernetesObject[] {
    return this.#all.flatMap((watched): KubernetesObject[] => watched.of(attempt));
  }

  attempts(): AttemptRef[] {
    const refs = this.#all.flatMap((watched) => watched.attempts());
    return [...new Map(refs.map((ref) => [attemptKey(ref), ref])).values()];
  }

  get #all() {
    return [this.rayJobs, this.batchJobs, this.rayClusters, this.pods] as const;
  }
}
