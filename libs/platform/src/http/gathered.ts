/**
 * Looks up with one call what many requests ask for, one call after the other: what is asked for while one is under way
 * is gathered for the next, so that the busier the service is, the fewer calls a request costs. A call begins after
 * everyone that it answers has asked: no answer is older than its question, and nothing is remembered.
 */
export class Gathered<K, V> {
  readonly #load: (keys: K[]) => Promise<Map<K, V>>;
  #next: { keys: Set<K>; answers: Promise<Map<K, V>> } | undefined;
  #underWay: Promise<unknown> = Promise.resolve();

  constructor(load: (keys: K[]) => Promise<Map<K, V>>) {
    this.#load = load;
  }

  /** What there is of `key`; rejects, as for all who asked with it, when the call does. */
  async get(key: K): Promise<V | undefined> {
    this.#next ??= this.#gather();
    this.#next.keys.add(key);
    return (await this.#next.answers).get(key);
  }

  #gather() {
    const keys = new Set<K>();
    const call = () => {
      this.#next = undefined;
      return this.#load([...keys]);
    };
    const answers = this.#underWay.then(() => nextTurn()).then(call);
    this.#underWay = answers.catch(() => undefined);
    return { keys, answers };
  }
}

let turn: Promise<void> | undefined;

/** The same turn for all that gather: what their calls send can go together. */
function nextTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
