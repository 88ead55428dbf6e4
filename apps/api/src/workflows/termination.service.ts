import { Injectable } from '@nestjs/common';
import { Database } from '@griffin/database';
import type { Caller } from '../auth/caller.ts';
import { ownerKey, type OwnerRef } from './domain/owner.ts';
import { RunOwners } from './run-owners.service.ts';
import type { RunEntity } from './run.entity.ts';
import { RunLife } from './run-life.service.ts';
import { RunRepository } from './run.repository.ts';
import { RunNotOfOwner, RunUnknown } from './workflow.errors.ts';

@Injectable()
export class TerminationService {
  constructor(
    private readonly database: Database,
    private readonly runs: RunRepository,
    private readonly owners: RunOwners,
    private readonly life: RunLife,
  ) {}

  /** Asks a run to end. One that is over, or ending, stays as it is. An owner must speak by its newest try, and of a run of its own. */
  async terminate(caller: Caller, id: string, why: string | undefined, owner?: OwnerRef): Promise<RunEntity> {
    return this.database.transaction('run.terminate', async (tx) => {
      const run = await this.runs.find(tx, caller.projectId, id);
      if (!run) throw new RunUnknown(id);
      if (owner) {
        if (run.ownerKey !== ownerKey(owner)) throw new RunNotOfOwner(id, run.ownerKey !== null);
        await this.owners.advance(tx, caller.projectId, owner);
      }
      const reason = { code: 'terminated', message: why ?? `Terminated by ${caller.actor}.` };
      const signal = { type: 'terminate', reason, at: new Date() } as const;
      await this.life.hear(tx, { runId: id, attempt: null, signal, causedBy: caller.actor });
      return (await this.runs.find(tx, caller.projectId, id)) ?? run;
    });
  }
}
