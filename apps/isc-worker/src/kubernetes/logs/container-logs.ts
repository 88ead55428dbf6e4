import { Logger } from '@nestjs/common';
import type { V1Pod } from '@kubernetes/client-node';
import { ExclusiveLoop } from '@griffin/messaging';
import { Remembered, type ArtifactStore } from '@griffin/platform';
import { attemptKey, type Attempt } from '../../backend/attempt.ts';
import { attemptOf, logRootAnnotation } from '../../manifests/names.ts';
import type { ClusterClient } from '../cluster-client.ts';
import type { ClusterView } from '../cluster-view.ts';
import { hasStarted, isComputing } from '../observe/pod-trouble.ts';
import { followLog, type LogSource } from './log-follower.ts';
import { isLogComplete, type LogPlace } from './stored-log.ts';

/** How long the end of an attempt waits for its log to be stored; and where nobody is seen to be able to do that any more. */
const patienceMs = 60_000;
const patienceWithoutPodMs = 5_000;
const mostWaiting = 10_000;

/**
 * Stores the logs of containers that do not store them themselves: images of the user's own. One worker does it at a time,
 * since two would cut a log in two ways; which one may change at any moment.
 */
export class ContainerLogs {
  readonly #store: ArtifactStore;
  readonly #view: ClusterView;
  readonly #client: ClusterClient;
  readonly #loop: ExclusiveLoop;
  readonly #following = new Set<string>();
  readonly #waitingSince = new Remembered<number>(mostWaiting);
  readonly #logger = new Logger('Logs');

  constructor(store: ArtifactStore, databaseUrl: string, view: ClusterView, client: ClusterClient) {
    this.#store = store;
    this.#view = view;
    this.#client = client;
    this.#loop = new ExclusiveLoop({
      connection: { url: databaseUrl, applicationName: 'griffin-isc-logs' },
      lock: 'griffin:logs:isc',
      channel: 'isc_logs',
      work: async (session, stopping) => this.#followAll([session.lost, stopping]),
    });
  }

  start(): void {
    this.#loop.start();
  }

  async stop(): Promise<void> {
    await this.#loop.stop();
  }

  /**
   * Whether nothing more of the attempt's log will be stored, or it took too long. `expected`: there is a log, though
   * nobody may have begun to store it yet.
   */
  async areStored(attempt: Attempt, expected: boolean): Promise<boolean> {
    const since = this.#waitingSince.get(attemptKey(attempt)) ?? Date.now();
    this.#waitingSince.set(attemptKey(attempt), since);
    const isFollowed = this.#following.has(attemptKey(attempt)) || this.#view.pods.of(attempt).length > 0;
    if (Date.now() - since > (isFollowed ? patienceMs : patienceWithoutPodMs)) return true;
    try {
      return (await isLogComplete(this.#store, placeOf(attempt))) ?? !expected;
    } catch (error) {
      this.#logger.warn({ msg: 'cannot tell whether a log is stored', run_id: attempt.runId, err: error });
      return false;
    }
  }

  #followAll(until: AbortSignal[]): void {
    const pods = this.#view.pods.all().filter(hasStarted);
    for (const pod of pods) this.#follow(pod, until);
  }

  #follow(pod: V1Pod, until: AbortSignal[]): void {
    const root = pod.metadata?.annotations?.[logRootAnnotation];
    const ref = attemptOf(pod.metadata?.labels);
    if (root === undefined || !ref || this.#following.has(attemptKey(ref))) return;
    this.#following.add(attemptKey(ref));
    void followLog(this.#store, { root, attempt: ref.attempt }, this.#sourceOf(pod), AbortSignal.any(until))
      .catch((error: unknown) => this.#logger.error({ msg: 'a log is not followed', run_id: ref.runId, err: error }))
      .finally(() => this.#following.delete(attemptKey(ref)));
  }

  #sourceOf(pod: V1Pod): LogSource {
    const { name = '', namespace = '', uid } = pod.metadata ?? {};
    const ref = attemptOf(pod.metadata?.labels)!;
    const now = () => this.#view.pods.of(ref).find(({ metadata }) => metadata?.uid === uid);
    const isGone = () => now() === undefined;
    return {
      read: (since, follow, signal) =>
        this.#client.followLog({ namespace, name, container: 'container', since, follow }, signal),
      isGone,
      isOver: () => isGone() || !isComputing(now()!),
    };
  }
}

const placeOf = ({ spec, attempt }: Attempt): LogPlace => ({ root: spec.artifact_root, attempt });
