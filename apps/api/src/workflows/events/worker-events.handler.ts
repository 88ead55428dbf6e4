import { Controller } from '@nestjs/common';
import type { EventOf } from '@griffin/contracts';
import { Database, type Tx } from '@griffin/database';
import { Inbox, OnEvent, PermanentError } from '@griffin/messaging';
import { storedReportCounts } from '../domain/finish.ts';
import type { Links } from '../domain/run.ts';
import type { Signal, StoredReport } from '../domain/signal.ts';
import { RunLife } from '../run-life.service.ts';
import { RunRepository } from '../run.repository.ts';
import { StoredReports } from '../stored-report.service.ts';
import { RunUnknown } from '../workflow.errors.ts';

type WorkerEvent = EventOf<'cluster.ready' | 'attempt.progressed' | 'attempt.finished' | 'attempt.released'>;

/** Hears what the worker says of attempts. Each event has its effect once, in one transaction with its inbox row. */
@Controller()
export class WorkerEventsHandler {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly life: RunLife,
    private readonly runs: RunRepository,
    private readonly reports: StoredReports,
  ) {}

  @OnEvent('cluster.ready')
  async onClusterReady(event: EventOf<'cluster.ready'>): Promise<void> {
    const { dashboard_url: url, dashboard_address: address = null, ready_at } = event.data;
    const links: Links = {
      ...(url !== null && { ray_dashboard: url }),
      ...(address !== null && { ray_dashboard_in_cluster: address }),
    };
    await this.hear(event, { type: 'cluster-ready', links, at: new Date(ready_at) });
  }

  @OnEvent('attempt.progressed')
  async onProgressed(event: EventOf<'attempt.progressed'>): Promise<void> {
    const { phase, reason, observed_at } = event.data;
    await this.hear(event, { type: 'progressed', phase, reason, revision: event.revision, at: new Date(observed_at) });
  }

  /** Reads the store before the transaction, and only where it counts: a store that is away holds up nothing else. */
  @OnEvent('attempt.finished')
  async onFinished(event: EventOf<'attempt.finished'>): Promise<void> {
    const { run_id, attempt, exit, exit_code, reason, retryable, log_tail, finished_at } = event.data;
    const run = await this.runs.find(this.database.manager, event.projectid, run_id);
    if (!run) throw unknown(run_id);
    const none: StoredReport = { found: 'none' };
    const stored = storedReportCounts(run, attempt) ? await this.reports.find(run.spec, attempt) : none;
    const said = { exit, exitCode: exit_code, reason, retryable, logTail: log_tail, stored };
    // It may register what the run made, and locks the model's name for that.
    const signal = { type: 'finished', ...said, at: new Date(finished_at) } as const;
    await this.database.transaction('worker-event.apply', (tx) => this.applyOnce(tx, event, signal));
  }

  @OnEvent('attempt.released')
  async onReleased(event: EventOf<'attempt.released'>): Promise<void> {
    await this.hear(event, { type: 'released', at: new Date(event.data.released_at) });
  }

  private async hear(event: WorkerEvent, signal: Signal): Promise<void> {
    await this.database.grouped('worker-event.apply', event.data.run_id, (tx) => this.applyOnce(tx, event, signal));
  }

  private async applyOnce(tx: Tx, event: WorkerEvent, signal: Signal): Promise<void> {
    await this.inbox.once(tx, event, () => this.apply(tx, event, signal));
  }

  private async apply(tx: Tx, event: WorkerEvent, signal: Signal): Promise<void> {
    const { run_id: runId, attempt } = event.data;
    try {
      await this.life.hear(tx, { runId, attempt, signal, causedBy: event.id });
    } catch (error) {
      throw error instanceof RunUnknown ? unknown(runId) : error;
    }
  }
}

const unknown = (runId: string) => new PermanentError('run_unknown', `There is no such attempt of run ${runId}.`);
