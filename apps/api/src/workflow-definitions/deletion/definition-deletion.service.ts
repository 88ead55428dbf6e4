import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { Outbox } from '@griffin/messaging';
import { ConflictError } from '@griffin/platform';
import type { Caller } from '../../auth/caller.ts';
import { RunQueries } from '../../workflows/run-queries.service.ts';
import type { DefinitionEntity } from '../definition.entity.ts';
import { DefinitionRepository } from '../definition.repository.ts';
import { DefinitionUnknown } from '../definition.service.ts';

const mostNamed = 10;

class DefinitionInUse extends ConflictError {
  constructor(name: string, runIds: string[]) {
    const named = runIds.slice(0, mostNamed).join(', ');
    const more = runIds.length > mostNamed ? ', and more' : '';
    super(
      'in_use',
      `Runs of '${name}' are active: ${named}${more}. Terminate them, or wait for their end; then delete it.`,
    );
  }
}

class DefinitionBuiltIn extends ConflictError {
  constructor(name: string) {
    super('built_in', `'${name}' is the platform's own: it cannot be deleted.`);
  }
}

@Injectable()
export class DefinitionDeletion {
  constructor(
    private readonly database: Database,
    private readonly definitions: DefinitionRepository,
    private readonly runs: RunQueries,
    private readonly outbox: Outbox,
  ) {}

  /**
   * Deletes the definition `name`; with `id` only that very one, and then a second time changes nothing. Throws when there
   * is none, when it is built in, and while runs of it are active: a run that is submitted at the same time either is
   * seen here, or finds no definition.
   */
  async delete(caller: Caller, name: string, id?: string): Promise<void> {
    await this.database.transaction('definition.delete', async (tx) => {
      const definition = await this.definitions.lock(tx, caller.projectId, name, id);
      if (!definition) throw new DefinitionUnknown({ name, version: null, alias: null });
      if (definition.deletedAt) return;
      if (definition.builtIn) throw new DefinitionBuiltIn(name);
      // After the lock, so that it sees whatever was submitted before.
      const active = await this.runs.activeOfDefinition(tx, caller.projectId, name, mostNamed + 1);
      if (active.length > 0) throw new DefinitionInUse(name, active);
      await this.remove(tx, caller, definition);
    });
  }

  private async remove(tx: Tx, { projectId, actor }: Caller, { id, name }: DefinitionEntity): Promise<void> {
    const deletedAt = new Date();
    await this.definitions.markDeleted(tx, id, deletedAt);
    const data = { id, name, deleted_at: deletedAt.toISOString() };
    await this.outbox.append(tx, {
      type: 'definition.deleted',
      subject: id,
      projectId,
      revision: 1,
      causedBy: actor,
      data,
    });
  }
}
