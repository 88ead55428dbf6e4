/** How long after the first request to end something it is forced. */
export const graceMs = 5_000;

/** Remembers when each thing was first asked to end: asks once, waits a grace, then forces as often as it takes. */
export class Patience {
  readonly #askedAt = new Map<string, number>();

  next(name: string, now = Date.now()): 'ask' | 'wait' | 'force' {
    const askedAt = this.#askedAt.get(name);
    if (askedAt === undefined) this.#askedAt.set(name, now);
    if (askedAt === undefined) return 'ask';
    return now - askedAt < graceMs ? 'wait' : 'force';
  }

  /** To be called when there is nothing left to end. */
  forget(name: string): void {
    this.#askedAt.delete(name);
  }
}
