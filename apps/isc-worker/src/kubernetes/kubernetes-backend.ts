import { Injectable, Logger } from '@nestjs/common';
import type { KubeConfig, KubernetesObject, V1Job } from '@kubernetes/client-node';
import type { ArtifactStore } from '@griffin/platform';
import type { Attempt, AttemptRef } from '../backend/attempt.ts';
import { AttemptRefused, ClusterBackend } from '../backend/cluster-backend.ts';
import type { Observation } from '../backend/observation.ts';
import { attemptSecret } from '../manifests/attempt-secret.ts';
import { batchJob } from '../manifests/batch-job.ts';
import type { ClusterSettings } from '../manifests/cluster-settings.ts';
import { dashboardIngress } from '../manifests/dashboard-ingress.ts';
import { labels, namespaceOf, type PodRole } from '../manifests/names.ts';
import { ownerOf } from '../manifests/owner.ts';
import { rayJob, type RayJob } from '../manifests/ray-job.ts';
import { notShared } from '../manifests/shared-environment.ts';
import { ClusterClient, KubernetesRefusal } from './cluster-client.ts';
import { ClusterView } from './cluster-view.ts';
import { dashboardOf } from './dashboard.ts';
import { DefinitionEnvironments } from './definition-environments.ts';
import { DefinitionNamespaces } from './definition-namespaces.ts';
import { DefinitionRemoval } from './definition-removal.ts';
import { ContainerLogs } from './logs/container-logs.ts';
import type { Found } from './observe/found.ts';
import { batchJobs, rayJobs } from './kinds.ts';
import { observeBatchJob } from './observe/observe-batch-job.ts';
import { hasStarted, isComputing } from './observe/pod-trouble.ts';
import { observeRayJob } from './observe/observe-ray-job.ts';
import { PodRefusals } from './pod-refusals.ts';
import { Stillness } from './stillness.ts';
import type { Watched } from './watched.ts';

/** What is needed to store the logs of containers that do not do it themselves. */
export interface LogsKept {
  store: ArtifactStore;
  /** Of the worker's own database: it decides which worker does it. */
  databaseUrl: string;
}

/** Runs attempts on Kubernetes: as a RayJob of KubeRay's where they need Ray, else as a Job. */
@Injectable()
export class KubernetesBackend extends ClusterBackend {
  readonly name = 'kubernetes';
  /** The watches tell of changes. This is for time that passes, and a sign of life: api waits a minute for one. */
  readonly lookEveryMs = 30_000;
  /** A pod is made, placed and started one after the other, each of which the watches tell of. */
  override readonly settleMs = 500;
  /** It waits for a pod, and that for a node. */
  override readonly beginsAs = 'queued';
  readonly #logger = new Logger('Kubernetes');
  readonly #settings: ClusterSettings;
  readonly #client: ClusterClient;
  readonly #view: ClusterView;
  readonly #logs: ContainerLogs;
  readonly #namespaces: DefinitionNamespaces;
  readonly #removal: DefinitionRemoval;
  readonly #environments: DefinitionEnvironments;
  readonly #refusals: PodRefusals;
  readonly #stillness = new Stillness();
  #listener: (attempt: AttemptRef) => void = () => undefined;

  constructor(config: KubeConfig, settings: ClusterSettings, logs: LogsKept) {
    super();
    this.#settings = settings;
    this.#client = new ClusterClient(config);
    this.#view = new ClusterView(config, this.#client, settings.installation, (attempt) => this.#listener(attempt));
    this.#logs = new ContainerLogs(logs.store, logs.databaseUrl, this.#view, this.#client);
    this.#namespaces = new DefinitionNamespaces(this.#client, settings);
    this.#removal = new DefinitionRemoval(this.#client, settings.installation);
    this.#environments = new DefinitionEnvironments(this.#client, settings);
    this.#refusals = new PodRefusals(
      this.#client,
      (attempt, uid) => this.#view.hasNoPod(attempt, uid),
      (attempt) => this.#listener(attempt),
    );
  }

  onApplicationBootstrap(): void {
    this.#view.start();
    this.#logs.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.#logs.stop();
    await this.#view.stop();
  }

  override ready(): Promise<void> {
    return this.#view.looked();
  }

  /** The secret comes after what owns it; pods wait for it. */
  async ensure(attempt: Attempt, environment: Record<string, string>): Promise<void> {
    refuseWhatPodsCannotReach(attempt);
    const owner = ownerOf((await this.#jobWithSecrets(attempt)) ?? (await this.#makeJob(attempt)));
    const own = notShared(environment, attempt.spec);
    await this.#client.create(attemptSecret(attempt, this.#settings, own, owner));
    const { dashboards } = this.#settings;
    if (dashboards?.by !== 'ingress' || !attempt.spec.runtime.needs_ray) return;
    await this.#show(dashboardIngress(attempt, this.#settings, dashboards, owner));
  }

  /** Who admits Ingresses may refuse this one: the run needs it for nothing. */
  async #show(ingress: KubernetesObject): Promise<void> {
    try {
      await this.#client.apply(ingress);
    } catch (error) {
      if (!(error instanceof AttemptRefused || error instanceof KubernetesRefusal)) throw error;
      this.#logger.warn({ msg: 'a dashboard has no Ingress', ingress: ingress.metadata?.name, err: error });
    }
  }

  async observe(attempt: Attempt): Promise<Observation> {
    this.#view.requireCurrent();
    const seen = await this.#observe(attempt);
    return this.#stillness.awaited(attempt, seen, performance.now());
  }

  /**
   * What ended by itself stays until its log is stored, for a while; what is to end does not wait. What owns others goes
   * after them: once it cannot be seen any more, neither is there what the worker may not see.
   */
  async remove(attempt: Attempt): Promise<void> {
    this.#view.requireCurrent();
    if (await this.#waitsForLog(attempt)) return;
    const standing = this.#view.objectsOf(attempt).filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
    for (const object of standing) {
      const propagationPolicy = object.kind === 'Pod' ? 'Background' : 'Foreground';
      await this.#client.delete(object, { propagationPolicy });
    }
  }

  override async removeDefinition(id: string): Promise<boolean> {
    this.#namespaces.forget({ definition: { id } });
    return this.#removal.step(id);
  }

  onChange(listener: (attempt: AttemptRef) => void): void {
    this.#listener = listener;
  }

  override attempts(): AttemptRef[] {
    return this.#view.attempts();
  }

  /** The attempt's job, if it took secrets and is there: they may have changed since, and it keeps those that it took. */
  async #jobWithSecrets({ spec, runId, attempt }: Attempt): Promise<KubernetesObject | undefined> {
    if (!spec.secrets) return undefined;
    const { apiVersion, kind } = spec.runtime.needs_ray ? rayJobs : batchJobs;
    const selector = `${labels.run}=${runId},${labels.attempt}=${attempt}`;
    const namespace = namespaceOf(this.#settings.installation, spec);
    const [job] = (await this.#client.list(apiVersion, kind, selector, namespace)).items;
    return job && { ...job, apiVersion, kind };
  }

  async #makeJob(attempt: Attempt): Promise<KubernetesObject> {
    await this.#namespaces.ensure(attempt.spec);
    try {
      const shared = await this.#environments.ensure(attempt.spec);
      return attempt.spec.runtime.needs_ray
        ? await this.#apply(this.#view.rayJobs, rayJob(attempt, this.#settings, shared))
        : await this.#apply(this.#view.batchJobs, batchJob(attempt, this.#settings, shared));
    } catch (error) {
      // The namespace that was there may have been deleted since.
      if (error instanceof KubernetesRefusal) this.#namespaces.forget(attempt.spec);
      throw error;
    }
  }

  async #apply<T extends KubernetesObject>(watched: Watched<T>, manifest: T): Promise<T> {
    const made = await this.#client.apply(manifest);
    watched.learn(made);
    return made;
  }

  async #observe(attempt: Attempt): Promise<Observation> {
    if (!attempt.spec.runtime.needs_ray) return this.#observeBatchJob(attempt);
    const found = await this.#find(this.#view.rayJobs, attempt);
    const { startDeadlineSeconds } = this.#settings;
    const cluster = dashboardOf(found.job, this.#settings);
    return observeRayJob(found, { cluster, startDeadlineSeconds, now: new Date() });
  }

  async #observeBatchJob(attempt: Attempt): Promise<Observation> {
    const found = await this.#find(this.#view.batchJobs, attempt);
    const { startDeadlineSeconds } = this.#settings;
    const refusal = found.job && found.pods.length === 0 ? this.#refusals.of(found.job) : null;
    const view = { who: whoRuns(attempt), refusal, startDeadlineSeconds, now: new Date() } as const;
    const observation = await this.#withLog(attempt, observeBatchJob(found, view));
    // Of a container that never began there is no log, and to ask for it an error.
    const pod = found.pods.find(hasStarted);
    if (observation.kind !== 'ended' || observation.exit !== 'failed' || !pod?.metadata?.name) return observation;
    const { name, namespace = '' } = pod.metadata;
    return { ...observation, logTail: await this.#logTail(namespace, name) };
  }

  /** It may be gone with its node, and how the attempt ended is known without it. */
  async #logTail(namespace: string, name: string): Promise<string | null> {
    try {
      return await this.#client.logTail(namespace, name, 'container' satisfies PodRole);
    } catch (error) {
      this.#logger.warn({ msg: 'cannot read the last lines of a log', pod: name, err: error });
      return null;
    }
  }

  async #waitsForLog(attempt: Attempt): Promise<boolean> {
    const pods = this.#view.pods.of(attempt);
    if (!keepsNoLog(attempt) || pods.some(isComputing) || !pods.some(hasStarted)) return false;
    return !(await this.#logs.areStored(attempt, true));
  }

  /** Nobody is told that an attempt is over before its log is whole. */
  async #withLog(attempt: Attempt, observation: Observation): Promise<Observation> {
    if (observation.kind !== 'ended' || observation.left === 'work' || !keepsNoLog(attempt)) return observation;
    return (await this.#logs.areStored(attempt, false)) ? observation : { ...observation, left: 'work' };
  }

  async #find<T extends RayJob | V1Job>(watched: Watched<T>, attempt: Attempt): Promise<Found<T>> {
    const uid = attempt.handle?.['uid'];
    const jobs = watched.of(attempt);
    return {
      job: uid === undefined ? jobs[0] : jobs.find(({ metadata }) => metadata?.uid === uid),
      rayClusters: this.#view.rayClusters.of(attempt),
      pods: this.#view.pods.of(attempt),
      handle: attempt.handle,
      casualty: this.#view.casualties.of(attempt),
    };
  }
}

/** An image of the user's own knows nothing of us. */
const keepsNoLog = ({ spec }: Attempt) => spec.kind === 'custom' && !spec.runtime.needs_ray;
const whoRuns = (attempt: Attempt) => (keepsNoLog(attempt) ? 'container' : 'runtime');

/** A folder of one machine is not there for pods on others. */
function refuseWhatPodsCannotReach({ spec }: Attempt): void {
  if (spec.artifact_root.startsWith('s3://')) return;
  throw new AttemptRefused({
    code: 'artifact_store_unsuited',
    message: `On Kubernetes artifacts must lie in S3, where every pod reaches them: the root is ${spec.artifact_root}.`,
  });
}
