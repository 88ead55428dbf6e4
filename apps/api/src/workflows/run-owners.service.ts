import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { advanceOwner, decideForOwner, ownerKey, type OnActiveOwner, type OwnerRef } from './domain/owner.ts';
import type { RunEntity } from './run.entity.ts';
import { RunLife } from './run-life.service.ts';
import { RunRepository } from './run.repository.ts';
import { SubmissionRepository } from './submission.repository.ts';
import { OwnerHasActiveRun, OwnerSuperseded } from './workflow.errors.ts';

/** What a submission finds of its owner: nothing active, the run to attach to, or one that must end first. */
export type OwnerStanding = { outcome: 'free' } | { outcome: 'attach' | 'ending'; run: RunEntity };

/** Holds an owner to one active run, and to its newest try. */
@Injectable()
export class RunOwners {
  constructor(
    private readonly submissions: SubmissionRepository,
    private readonly runs: RunRepository,
    private readonly life: RunLife,
  ) {}

  /** Notes that this try of the owner spoke. Throws `OwnerSuperseded` when a later one did before. */
  async advance(tx: Tx, projectId: string, ref: OwnerRef): Promise<void> {
    const key = ownerKey(ref);
    const mark = advanceOwner(await this.submissions.lockOwner(tx, projectId, key), ref);
    if (!mark) throw new OwnerSuperseded();
    await this.submissions.setOwner(tx, projectId, key, mark);
  }

  /** For a try that `advance` let pass. Throws `OwnerHasActiveRun` where the caller does not want to attach. */
  async standing(tx: Tx, projectId: string, ref: OwnerRef, onActive: OnActiveOwner): Promise<OwnerStanding> {
    const run = await this.runs.activeOfOwner(tx, projectId, ownerKey(ref));
    if (!run) return { outcome: 'free' };
    const decision = decideForOwner({ state: run.state, round: run.ownerRef?.round ?? 0 }, ref, onActive);
    switch (decision) {
      case 'create':
        return { outcome: 'free' };
      case 'attach':
        return { outcome: 'attach', run };
      case 'wait':
        return { outcome: 'ending', run };
      case 'reject':
        throw new OwnerHasActiveRun(run.id);
      case 'replace':
        await this.end(tx, run);
        return { outcome: 'ending', run };
    }
  }

  private async end(tx: Tx, run: RunEntity): Promise<void> {
    const reason = { code: 'superseded', message: 'A new round of its owner takes the place of this run.' };
    const signal = { type: 'terminate', reason, at: new Date() } as const;
    await this.life.hear(tx, { runId: run.id, attempt: null, signal, causedBy: 'owner' });
  }
}
