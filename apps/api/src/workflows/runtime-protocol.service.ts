import { Inject, Injectable } from '@nestjs/common';
import type { FinalReport, ResolvedRunSpec } from '@griffin/contracts';
import { Database, type Tx } from '@griffin/database';
import type { Commit } from '@griffin/faults';
import { InvalidInputError, type RunClaims } from '@griffin/platform';
import type { Progress } from './domain/progress.ts';
import type { Links, Run } from './domain/run.ts';
import type { Signal } from './domain/signal.ts';
import { RunLife } from './run-life.service.ts';
import { RunRepository } from './run.repository.ts';
import { AttemptRefused } from './workflow.errors.ts';
import { RunTokenMismatch } from '../auth/run-token.guard.ts';

export const mlflowUrl = Symbol('MLflow URL');

export interface Claimed {
  spec: ResolvedRunSpec;
  mlflowUrl: string | null;
}

/** What the process that does a run's work says to api: it claims its attempt, tells how far it is, and reports. */
@Injectable()
export class RuntimeProtocol {
  constructor(
    private readonly database: Database,
    private readonly life: RunLife,
    private readonly runs: RunRepository,
    @Inject(mlflowUrl) private readonly mlflow: string | null,
  ) {}

  /** Lets one process begin the attempt. Throws `AttemptRefused` for every other one. */
  async claim(claims: RunClaims, bootId: string): Promise<Claimed> {
    const run = await this.say('attempt.claim', claims, { type: 'claim', bootId, at: new Date() });
    return { spec: run.spec, mlflowUrl: this.mlflow };
  }

  /** New links are a revision of the run; progress figures are kept beside it, and the last ones win. */
  async progress(claims: RunClaims, links: Links | undefined, progress: Progress | undefined): Promise<void> {
    const signal = { type: 'links', links: links ?? {}, at: new Date() } as const;
    await this.say('attempt.progress', claims, signal, async (tx) => {
      if (progress) await this.runs.setProgress(tx, claims.runId, progress);
    });
  }

  /** The final report: what it says is made true in one transaction, once. */
  async report(claims: RunClaims, report: FinalReport): Promise<Run> {
    const wrong = [
      { pointer: '/run_id', wrong: report.run_id !== claims.runId },
      { pointer: '/attempt', wrong: report.attempt !== claims.attempt },
    ].filter((field) => field.wrong);
    if (wrong.length > 0) {
      const message = 'is not what the run token is for';
      throw new InvalidInputError(wrong.map(({ pointer }) => ({ pointer, code: 'run_token_mismatch', message })));
    }
    return this.say('attempt.report', claims, { type: 'report', report, at: new Date() });
  }

  private async say(
    commit: Commit,
    { runId, attempt, projectId }: RunClaims,
    signal: Signal,
    also?: (tx: Tx) => Promise<void>,
  ): Promise<Run> {
    const said = { runId, attempt, signal, causedBy: `runtime:attempt-${attempt}` };
    return this.database.transaction(commit, async (tx) => {
      const { run, refusal } = await this.life.hear(tx, said);
      if (run.spec.project_id !== projectId) throw new RunTokenMismatch();
      if (refusal) throw new AttemptRefused(refusal);
      await also?.(tx);
      return run;
    });
  }
}
