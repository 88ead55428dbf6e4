import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import type { RunEntity } from './run.entity.ts';
import { RunRepository } from './run.repository.ts';
import { SubmissionRepository } from './submission.repository.ts';
import { IdempotencyKeyReused, RunUnknown, SubmissionInProgress } from './workflow.errors.ts';

/** A request of a project's under a key of the client's. Without a key each request is a new one. */
export interface KeyedRequest {
  projectId: string;
  key: string | undefined;
  /** Says whether two requests are the same. */
  bodyDigest: string;
}

/** Has a request begin one run, however often it is sent. */
@Injectable()
export class IdempotencyKeys {
  constructor(
    private readonly submissions: SubmissionRepository,
    private readonly runs: RunRepository,
  ) {}

  /**
   * The run that the request began before. Where there is none the key belongs to `tx` until its end: throws
   * `SubmissionInProgress` when it belongs to another, and `IdempotencyKeyReused` when it came with another body.
   */
  async earlierRun(tx: Tx, { projectId, key, bodyDigest }: KeyedRequest): Promise<RunEntity | undefined> {
    if (key === undefined) return undefined;
    // Two statements: the second one sees what was committed until the first one took the key.
    const [taken, known] = await Promise.all([
      this.submissions.tryKey(tx, projectId, key),
      this.submissions.findKey(tx, projectId, key),
    ]);
    if (!taken) throw new SubmissionInProgress();
    if (!known) return undefined;
    if (known.bodyDigest !== bodyDigest) throw new IdempotencyKeyReused();
    const run = await this.runs.find(tx, projectId, known.runId);
    if (!run) throw new RunUnknown(known.runId);
    return run;
  }

  /** Keeps, with the run, which request began it. */
  async remember(tx: Tx, { projectId, key, bodyDigest }: KeyedRequest, runId: string): Promise<void> {
    if (key !== undefined) await this.submissions.addKey(tx, { projectId, key, bodyDigest, runId });
  }
}
