import { AsyncResource } from 'node:async_hooks';
import type { Tx } from './tx.ts';

type Work<T> = (tx: Tx) => Promise<T>;
type Commit = <T>(work: Work<T>) => Promise<T>;

/** It holds what all of them locked until the last one is done. */
const mostTogether = 64;

/** Some work, and who waits for it. */
interface Member {
  key: string;
  work: Work<void>;
  settle: (outcome: Promise<void>) => void;
}

/**
 * Group commit, as databases do it with their logs: what comes while one transaction is under way shares the next one, so
 * that the busier the service is, the fewer transactions there are. When a member of a shared one fails, each gets one of
 * its own: none suffers from another. When the commit itself fails, all do: it may have been done.
 *
 * No two of a key are members of one, so what keeps out others by a lock keeps them out still. Members begin in the order
 * of their keys: where these are of the rows that they lock first, two groups do not wait for each other.
 */
export class GroupCommit {
  readonly #commit: Commit;
  #waiting: Member[] = [];
  #underWay = false;

  /** `commit` runs work in a transaction. */
  constructor(commit: Commit) {
    this.#commit = commit;
  }

  /** Resolves once what `work` did is committed. It may run more than once, beside others on one connection. */
  async add<T>(key: string, work: Work<T>): Promise<T> {
    let result: T;
    // It belongs to whoever asked for it, whatever turn it runs in.
    const bound = AsyncResource.bind(work);
    const keep = async (tx: Tx) => void (result = await bound(tx));
    await new Promise<void>((settle) => {
      this.#waiting.push({ key, work: keep, settle });
      if (!this.#underWay) void this.#commitAll();
    });
    return result!;
  }

  /** In the next turn, when all of this one are there. Never rejects. */
  async #commitAll(): Promise<void> {
    this.#underWay = true;
    while (this.#waiting.length > 0) {
      await new Promise(setImmediate);
      await this.#commitTogether(this.#nextGroup());
    }
    this.#underWay = false;
  }

  #nextGroup(): Member[] {
    const group = new Map<string, Member>();
    const later: Member[] = [];
    for (const member of this.#waiting) {
      if (group.has(member.key) || group.size === mostTogether) later.push(member);
      else group.set(member.key, member);
    }
    this.#waiting = later;
    return [...group.values()].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  }

  async #commitTogether(members: Member[]): Promise<void> {
    const alone = async ({ work, settle }: Member) => {
      const outcome = this.#commit(work);
      settle(outcome);
      await outcome.catch(() => undefined);
    };
    if (members.length === 1) return alone(members[0]!);
    let worked = false;
    const together = this.#commit(async (tx) => {
      worked = false;
      await allOf(members.map(({ work }) => work(tx)));
      worked = true;
    });
    await together.catch(() => undefined);
    if (!worked) return void (await Promise.all(members.map(alone)));
    for (const { settle } of members) settle(together);
  }
}

/**
 * Fails with what failed first, which the rest follows from; but not before all are over: the connection is theirs until
 * then.
 */
async function allOf(works: Promise<void>[]): Promise<void> {
  let first: { error: unknown } | undefined;
  await Promise.all(works.map((work) => work.catch((error: unknown) => void (first ??= { error }))));
  if (first) throw first.error;
}
