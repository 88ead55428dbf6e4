import { isDeepStrictEqual } from 'node:util';
import { Logger } from '@nestjs/common';
import {
  ListWatch,
  Watch,
  type KubeConfig,
  type KubernetesListObject,
  type KubernetesObject,
} from '@kubernetes/client-node';
import { attemptKey, type AttemptRef } from '../backend/attempt.ts';
import { attemptOf } from '../manifests/names.ts';
import type { ClusterClient } from './cluster-client.ts';

export interface WatchedKind<T extends KubernetesObject> {
  apiVersion: string;
  kind: string;
  /** As in its path. */
  plural: string;
  /** Drops what nobody asks for, in place: there may be thousands of these. */
  trim: (object: T) => void;
}

/** What of a kind is to be watched. */
export interface Scope {
  /** By labels. */
  selector: string;
  /** Of what has the labels, what is no copy of ours. */
  isOurs: (object: KubernetesObject) => boolean;
}

const retryMs = 1_000;
/** A watch that misses something would never know. */
const truthCheckMs = 60_000;

/** What a cluster has of one kind that is ours, by attempt, as the API server tells of every change to it. */
export class Watched<T extends KubernetesObject> {
  readonly #config: KubeConfig;
  readonly #client: ClusterClient;
  readonly #scope: Scope;
  readonly #kind: WatchedKind<T>;
  readonly #changed: (attempt: AttemptRef, object: T) => void;
  readonly #logger: Logger;
  #noteLook = () => {};
  /** Resolves at the end of the first look, whether or not it could see anything. */
  readonly looked = new Promise<void>((resolve) => (this.#noteLook = resolve));
  readonly #byAttempt = new Map<string, Map<string, T>>();
  /** For each comparison that waits for its list: of what was heard meanwhile. */
  readonly #heard = new Set<Set<string>>();
  #informer: ListWatch<T> | undefined;
  #informerStopped = false;
  #truthCheck: NodeJS.Timeout | undefined;
  #retrying: NodeJS.Timeout | undefined;
  #failure: string | null = 'It was not looked at yet.';
  #outageTold = false;
  #stopped = false;

  constructor(
    config: KubeConfig,
    client: ClusterClient,
    scope: Scope,
    kind: WatchedKind<T>,
    changed: (attempt: AttemptRef, object: T) => void,
  ) {
    this.#config = config;
    this.#client = client;
    this.#scope = scope;
    this.#kind = kind;
    this.#changed = changed;
    this.#logger = new Logger(`Watch of ${kind.kind}`);
  }

  /** Why what is known may be out of date; null while it is not. */
  get failure(): string | null {
    return this.#failure;
  }

  start(): void {
    const { apiVersion, plural } = this.#kind;
    const path = `${apiVersion.includes('/') ? '/apis' : '/api'}/${apiVersion}/${plural}`;
    const list = () => this.#list();
    this.#informer = new ListWatch<T>(path, new Watch(this.#config), list, false, this.#scope.selector);
    this.#informer.on('add', (object) => this.#learn(object));
    this.#informer.on('update', (object) => this.#learn(object));
    this.#informer.on('delete', (object) => this.#forget(object));
    this.#informer.on('error', (error: unknown) => this.#fail(error));
    void this.#informer.start().finally(this.#noteLook);
    this.#truthCheck = setInterval(
      () => void this.checkTruth().catch((error: unknown) => this.#noteAndRetry(error)),
      truthCheckMs,
    ).unref();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#truthCheck);
    clearTimeout(this.#retrying);
    await this.#informer?.stop();
  }

  of(attempt: AttemptRef): T[] {
    return [...(this.#byAttempt.get(attemptKey(attempt))?.values() ?? [])];
  }

  all(): T[] {
    return [...this.#byAttempt.values()].flatMap((objects) => [...objects.values()]);
  }

  /** Every attempt that something of this kind belongs to. */
  attempts(): AttemptRef[] {
    return [...this.#byAttempt.values()].flatMap((objects) => {
      const [first] = objects.values();
      const ref = first && attemptOf(first.metadata?.labels);
      return ref ? [ref] : [];
    });
  }

  /** What a call answered is known before the watch tells of it. */
  learn(object: T): void {
    this.#learn(object, false);
  }

  /** Of a page no more is kept than what is asked for, before the next one comes. */
  async #list(): Promise<KubernetesListObject<T>> {
    const { apiVersion, kind, trim } = this.#kind;
    const all: KubernetesListObject<T> = { apiVersion, kind, metadata: {}, items: [] };
    for await (const { metadata, items } of this.#client.pages(apiVersion, kind, this.#scope.selector)) {
      all.metadata = metadata ?? {};
      for (const object of items as T[]) {
        trim(object);
        all.items.push(object);
      }
    }
    this.#failure = null;
    return all;
  }

  #learn(object: T, tell = true): void {
    const ref = this.#refOf(object);
    if (!ref) return;
    this.#kind.trim(object);
    // A list says it of itself, and not of its items.
    object.apiVersion = this.#kind.apiVersion;
    object.kind = this.#kind.kind;
    const uid = this.#hear(object);
    const objects = this.#byAttempt.get(attemptKey(ref)) ?? new Map<string, T>();
    const known = objects.get(uid);
    const isNews = !isSameVersion(known, object) && !isDeepStrictEqual(withoutVersion(known), withoutVersion(object));
    this.#byAttempt.set(attemptKey(ref), objects.set(uid, object));
    if (tell && isNews) this.#changed(ref, object);
  }

  #forget(object: T): void {
    const ref = this.#refOf(object);
    if (!ref) return;
    const objects = this.#byAttempt.get(attemptKey(ref));
    objects?.delete(this.#hear(object));
    if (objects?.size === 0) this.#byAttempt.delete(attemptKey(ref));
    this.#changed(ref, object);
  }

  #refOf(object: T): AttemptRef | undefined {
    return this.#scope.isOurs(object) ? attemptOf(object.metadata?.labels) : undefined;
  }

  #hear({ metadata }: T): string {
    const uid = metadata?.uid ?? '';
    for (const heard of this.#heard) heard.add(uid);
    return uid;
  }

  /** The informer stops at an error: it is started again once the API server answers. */
  #fail(error: unknown): void {
    this.#informerStopped = true;
    this.#noteAndRetry(error);
  }

  #noteAndRetry(error: unknown): void {
    this.#failure = error instanceof Error ? error.message : String(error);
    this.#logger.warn({ msg: 'cannot see what there is', err: error });
    this.#retryLater();
  }

  #retryLater(): void {
    clearTimeout(this.#retrying);
    this.#retrying = setTimeout(() => void this.#retry(), retryMs).unref();
  }

  async #retry(): Promise<void> {
    if (this.#stopped) return;
    try {
      await this.checkTruth();
      await this.#startInformer();
      this.#outageTold = false;
    } catch {
      this.#tellOutage();
      this.#retryLater();
    }
  }

  /** One that still watches goes on: a list that failed says nothing about it. */
  async #startInformer(): Promise<void> {
    if (!this.#informerStopped) return;
    this.#informerStopped = false;
    try {
      await this.#informer?.start();
    } catch (error) {
      this.#informerStopped = true;
      throw error;
    }
  }

  /** Nothing tells of changes any more: whoever waits for them has to look. What is over at the first retry is none. */
  #tellOutage(): void {
    if (this.#outageTold) return;
    this.#outageTold = true;
    for (const objects of this.#byAttempt.values()) {
      for (const object of objects.values()) this.#changed(attemptOf(object.metadata?.labels)!, object);
    }
  }

  /** Compares all that is known with all that there is; the watch may know better of what it told of meanwhile. */
  async checkTruth(): Promise<void> {
    const heard = new Set<string>();
    this.#heard.add(heard);
    const { items } = await this.#list().finally(() => this.#heard.delete(heard));
    const there = new Map(items.map((object) => [object.metadata?.uid ?? '', object]));
    const known = new Map([...this.#byAttempt.values()].flatMap((objects) => [...objects]));
    for (const [uid, object] of known) if (!there.has(uid) && !heard.has(uid)) this.#forget(object);
    for (const [uid, object] of there) {
      // What the watch told of stays: it keeps its own, and there would be two of each.
      if (!heard.has(uid) && !isSameVersion(known.get(uid), object)) this.#learn(object);
    }
  }
}

/** An object and its version say what it is, however it was read: a list has dates where a watch has words. */
function isSameVersion(known: KubernetesObject | undefined, object: KubernetesObject): boolean {
  return known !== undefined && known.metadata?.resourceVersion === object.metadata?.resourceVersion;
}

/** What of an object can be news, once it is trimmed. */
function withoutVersion(object: KubernetesObject | undefined): object {
  return { ...object, metadata: { ...object?.metadata, resourceVersion: null } };
}
