import { Injectable } from '@nestjs/common';
import type { ResolvedRunSpec } from '@griffin/contracts';
import { Database, type Tx } from '@griffin/database';
import { canonicalDigest } from '@griffin/platform';
import type { Caller } from '../auth/caller.ts';
import type { OnActiveOwner, OwnerRef } from './domain/owner.ts';
import type { SubmitRunDto } from './dto/submit-run.dto.ts';
import { RunOwners } from './run-owners.service.ts';
import { RunSubmission, type RunRequest } from './run-submission.service.ts';
import type { RunEntity } from './run.entity.ts';
import { RunRepository } from './run.repository.ts';
import { SubmissionRepository } from './submission.repository.ts';
import { IdempotencyKeyReused, OwnerRunEnding, RunUnknown, SubmissionInProgress } from './workflow.errors.ts';

export interface Submission {
  caller: Caller;
  request: RunRequest;
  /** The body as it was sent: a key stands for all of it. */
  body: SubmitRunDto;
  idempotencyKey: string | undefined;
  owner: { ref: OwnerRef; onActive: OnActiveOwner } | undefined;
}

/** `created`: a run began. `replayed`: the key was used before. `attached`: the owner has an active run. */
export type Submitted = { outcome: 'created' | 'replayed' | 'attached'; run: RunEntity };

/** Accepts submissions: one run per idempotency key, one active run per owner. */
@Injectable()
export class SubmitService {
  constructor(
    private readonly database: Database,
    private readonly submissions: SubmissionRepository,
    private readonly runs: RunRepository,
    private readonly owners: RunOwners,
    private readonly submission: RunSubmission,
  ) {}

  /** The resolved spec, and nothing else happens. */
  async dryRun({ caller, request }: Pick<Submission, 'caller' | 'request'>): Promise<ResolvedRunSpec> {
    return this.database.transaction((tx) => this.submission.resolve(tx, caller.projectId, request));
  }

  async submit(given: Submission): Promise<Submitted> {
    const result = await this.database.transaction((tx) => this.submitOnce(tx, given));
    if (result.outcome === 'ending') throw new OwnerRunEnding(result.run.id);
    return { outcome: result.outcome, run: result.run };
  }

  private async submitOnce(tx: Tx, given: Submission) {
    const { idempotencyKey: key, owner } = given;
    if (key !== undefined) await this.takeKey(tx, given, key);
    if (owner) await this.owners.advance(tx, given.caller.projectId, owner.ref);
    const replayed = key === undefined ? undefined : await this.replay(tx, given, key);
    if (replayed) return { outcome: 'replayed' as const, run: replayed };
    const result = await this.attachOrBegin(tx, given);
    if (key !== undefined && result.outcome !== 'ending') await this.remember(tx, given, key, result.run.id);
    return result;
  }

  private async takeKey(tx: Tx, { caller }: Submission, key: string): Promise<void> {
    if (!(await this.submissions.tryKey(tx, caller.projectId, key))) throw new SubmissionInProgress();
  }

  /** The run that this key made before. */
  private async replay(tx: Tx, { caller, body }: Submission, key: string): Promise<RunEntity | undefined> {
    const known = await this.submissions.findKey(tx, caller.projectId, key);
    if (!known) return undefined;
    if (known.bodyDigest !== digestOf(body)) throw new IdempotencyKeyReused();
    const run = await this.runs.find(tx, caller.projectId, known.runId);
    if (!run) throw new RunUnknown(known.runId);
    return run;
  }

  private async remember(tx: Tx, { caller, body }: Submission, key: string, runId: string): Promise<void> {
    await this.submissions.addKey(tx, { projectId: caller.projectId, key, bodyDigest: digestOf(body), runId });
  }

  private async attachOrBegin(tx: Tx, { caller, request, owner }: Submission) {
    if (owner) {
      const standing = await this.owners.standing(tx, caller.projectId, owner.ref, owner.onActive);
      if (standing.outcome === 'attach') return { outcome: 'attached' as const, run: standing.run };
      if (standing.outcome === 'ending') return { outcome: 'ending' as const, run: standing.run };
    }
    const spec = await this.submission.resolve(tx, caller.projectId, request);
    const more = { tags: request.tags ?? [], ownerRef: owner?.ref ?? null, causedBy: caller.actor };
    return { outcome: 'created' as const, run: await this.submission.begin(tx, spec, more) };
  }
}

/** The try of an owner that lost the answer sends the request again under its own epoch: the same request all the same. */
function digestOf({ owner_ref: owner, ...rest }: SubmitRunDto): string {
  const { epoch: _whichTry, ...task } = owner ?? {};
  return canonicalDigest({ ...rest, owner: task });
}
