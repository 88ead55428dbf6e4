/** Remembers things that never change, up to a number of them: then it forgets the one that was learnt first. */
export class Remembered<V> {
  readonly #known = new Map<string, V>();
  readonly #most: number;

  constructor(most: number) {
    this.#most = most;
  }

  get(key: string): V | undefined {
    return this.#known.get(key);
  }

  set(key: string, value: V): void {
    const [oldest] = this.#known.keys();
    if (oldest !== undefined && this.#known.size >= this.#most) this.#known.delete(oldest);
    this.#known.set(key, value);
  }
}
