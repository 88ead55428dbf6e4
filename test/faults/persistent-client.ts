import { setTimeout as delay } from 'node:timers/promises';
import { type Answer, ApiProblem, type Ask, GriffinClient } from '../../dev/demo/client.ts';

const patienceMs = 120_000;

/**
 * A client as an operator of Airflow's or the SDK is: what got no answer, or one that says to try again, is sent again
 * as it was. Takes turns among the replicas of api.
 */
export class PersistentClient extends GriffinClient {
  readonly #replicas: GriffinClient[];
  #turn = 0;

  constructor(urls: string[], token: string) {
    super(urls[0] ?? '', token);
    this.#replicas = urls.map((url) => new GriffinClient(url, token));
  }

  override async ask<T>(method: string, path: string, ask: Ask = {}): Promise<Answer<T>> {
    const deadline = Date.now() + patienceMs;
    for (;;) {
      try {
        return await this.#next().ask<T>(method, path, ask);
      } catch (error) {
        if (!mayBeSentAgain(error) || Date.now() > deadline) throw error;
      }
      await delay(100);
    }
  }

  #next(): GriffinClient {
    this.#turn = (this.#turn + 1) % this.#replicas.length;
    return this.#replicas[this.#turn] as GriffinClient;
  }
}

function mayBeSentAgain(error: unknown): boolean {
  if (!(error instanceof ApiProblem)) return true;
  return error.status >= 500 || error.code === 'idempotency_key_in_use';
}
