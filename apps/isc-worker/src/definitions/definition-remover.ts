import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { committing } from '@griffin/faults';
import { ClusterBackend } from '../backend/cluster-backend.ts';
import { DeletedDefinitions } from './deleted-definitions.service.ts';

const everyMs = 1_000;
const maxAtOnce = 8;
/** A cluster that does not answer, or does not let us, will not the next moment either. */
const retryMs = 10_000;

/** Has the cluster remove what deleted definitions have there, for as long as it takes. */
@Injectable()
export class DefinitionRemover implements OnApplicationBootstrap, BeforeApplicationShutdown {
  readonly #logger = new Logger('DefinitionRemover');
  #timer: NodeJS.Timeout | undefined;
  #looking: Promise<void> | undefined;

  constructor(
    private readonly definitions: DeletedDefinitions,
    private readonly backend: ClusterBackend,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => {
      this.#looking ??= this.look().finally(() => (this.#looking = undefined));
    }, everyMs).unref();
  }

  /** Resolves once nothing is being done any more. */
  async beforeApplicationShutdown(): Promise<void> {
    clearInterval(this.#timer);
    await this.#looking;
  }

  /** Takes each removal that is due one step further. */
  async look(): Promise<void> {
    try {
      const due = await this.definitions.claimDue(maxAtOnce);
      await Promise.all(due.map((id) => this.#step(id)));
    } catch (error) {
      this.#logger.warn({ msg: 'cannot look for definitions to remove', err: error });
    }
  }

  async #step(id: string): Promise<void> {
    const removed = await this.#remove(id);
    if (removed === undefined) return this.definitions.delay(id, retryMs);
    if (!removed || !(await this.definitions.conclude(id))) return this.definitions.delay(id, 0);
    this.#logger.log({ msg: 'a deleted definition has nothing in the cluster any more', definition_id: id });
  }

  /** Undefined when it could not be found out. */
  async #remove(id: string): Promise<boolean | undefined> {
    try {
      return await committing('backend.remove-definition', () => this.backend.removeDefinition(id));
    } catch (error) {
      this.#logger.warn({ msg: 'cannot remove a deleted definition', definition_id: id, err: error });
      return undefined;
    }
  }
}
