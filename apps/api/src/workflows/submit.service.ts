import { Injectable } from '@nestjs/common';
import type { ResolvedRunSpec } from '@griffin/contracts';
import { Database, type Tx } from '@griffin/database';
import { canonicalDigest } from '@griffin/platform';
import type { Caller } from '../auth/caller.ts';
import type { OnActiveOwner } from './domain/owner.ts';
import type { SubmitRunDto } from './dto/submit-run.dto.ts';
import { IdempotencyKeys } from './idempotency-keys.service.ts';
import { OwnerLeases } from './owner-leases.service.ts';
import { RunOwners } from './run-owners.service.ts';
import { RunSubmission, type RunOwner, type RunRequest } from './run-submission.service.ts';
import type { RunEntity } from './run.entity.ts';
import { OwnerRunEnding } from './workflow.errors.ts';

export interface Submission {
  caller: Caller;
  request: RunRequest;
  /** The body as it was sent: a key stands for all of it. */
  body: SubmitRunDto;
  idempotencyKey: string | undefined;
  owner: (RunOwner & { onActive: OnActiveOwner }) | undefined;
}

/** `created`: a run began. `replayed`: the key was used before. `attached`: the owner has an active run. */
export type Submitted = { outcome: 'created' | 'replayed' | 'attached'; run: RunEntity };

/** Accepts submissions: one run per idempotency key, one active run per owner. */
@Injectable()
export class SubmitService {
  constructor(
    private readonly database: Database,
    private readonly keys: IdempotencyKeys,
    private readonly owners: RunOwners,
    private readonly leases: OwnerLeases,
    private readonly submission: RunSubmission,
  ) {}

  /** The resolved spec, and nothing else happens. */
  async dryRun({ caller, request }: Pick<Submission, 'caller' | 'request'>): Promise<ResolvedRunSpec> {
    return this.database.snapshot((tx) => this.submission.resolve(tx, caller.projectId, request));
  }

  async submit(given: Submission): Promise<Submitted> {
    const result = await this.database.transaction('run.submit', (tx) => this.submitOnce(tx, given));
    if (result.outcome === 'ending') throw new OwnerRunEnding(result.run.id);
    return { outcome: result.outcome, run: result.run };
  }

  private async submitOnce(tx: Tx, given: Submission) {
    const { caller, body, idempotencyKey: key, owner } = given;
    const keyed = { projectId: caller.projectId, key, bodyDigest: digestOf(body) };
    const earlier = await this.keys.earlierRun(tx, keyed);
    if (owner) await this.owners.advance(tx, caller.projectId, owner.ref);
    if (earlier) {
      await this.leases.renewFor(tx, earlier);
      return { outcome: 'replayed' as const, run: earlier };
    }
    const result = await this.attachOrBegin(tx, given);
    if (result.outcome === 'attached') await this.leases.renewFor(tx, result.run);
    if (result.outcome !== 'ending') await this.keys.remember(tx, keyed, result.run.id);
    return result;
  }

  private async attachOrBegin(tx: Tx, { caller, request, owner }: Submission) {
    if (owner) {
      const standing = await this.owners.standing(tx, caller.projectId, owner.ref, owner.onActive);
      if (standing.outcome === 'attach') return { outcome: 'attached' as const, run: standing.run };
      if (standing.outcome === 'ending') return { outcome: 'ending' as const, run: standing.run };
    }
    const more = { owner: owner ?? null, causedBy: caller.actor };
    return { outcome: 'created' as const, run: await this.submission.submit(tx, caller.projectId, request, more) };
  }
}

/** The try of an owner that lost the answer sends the request again under its own epoch: the same request all the same. */
function digestOf({ owner_ref: owner, ...rest }: SubmitRunDto): string {
  const { epoch: _whichTry, ...task } = owner ?? {};
  return canonicalDigest({ ...rest, owner: task });
}
