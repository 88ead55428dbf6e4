import { ConflictError, InvalidInputError, NotFoundError } from '@griffin/platform';
import { refusals, type Refusal } from './domain/decision.ts';

export class RunUnknown extends NotFoundError {
  constructor(id: string, attempt: number | null = null) {
    super('run_unknown', attempt === null ? `The project has no run ${id}.` : `Run ${id} has no attempt ${attempt}.`);
  }
}

export class AttemptUnknown extends NotFoundError {
  constructor(runId: string, attempt: number) {
    super('attempt_unknown', `Run ${runId} has no attempt ${attempt}.`);
  }
}

const mostNamed = 20;

/** Names what there is, as far as it can be read: a large cluster has hundreds of streams. */
export class LogStreamUnknown extends NotFoundError {
  constructor(attempt: number, stream: string, streams: string[]) {
    const named = streams.slice(0, mostNamed).join(', ');
    const more = streams.length > mostNamed ? `, and ${streams.length - mostNamed} more (see logs/streams)` : '';
    const there = streams.length > 0 ? `It has: ${named}${more}.` : 'It has none so far.';
    super('log_stream_unknown', `Attempt ${attempt} has no log stream ${stream}. ${there}`);
  }
}

/** A runtime that must stop. */
export class AttemptRefused extends ConflictError {
  constructor(refusal: Refusal) {
    super(refusal, refusals[refusal]);
  }
}

export class OwnerSuperseded extends ConflictError {
  constructor() {
    super('owner_superseded', 'A later try of this owner has spoken. Nothing was changed.');
  }
}

/** Whoever speaks for an owner speaks of that owner's runs only. */
export class RunNotOfOwner extends ConflictError {
  constructor(runId: string, hasOwner: boolean) {
    const why = hasOwner ? 'belongs to another owner' : 'has no owner; it is ended without an owner_ref';
    super('run_not_of_owner', `Run ${runId} ${why}. Nothing was changed.`);
  }
}

export class OwnerHasActiveRun extends ConflictError {
  constructor(runId: string) {
    super('owner_active', `The owner has an active run, ${runId}. Attach to it with on_active_owner, or terminate it.`);
  }
}

/** The owner's run of before has been asked to end; another one can begin when it has. */
export class OwnerRunEnding extends ConflictError {
  constructor(runId: string) {
    super('owner_run_ending', `The owner's run ${runId} is ending. Send the same request again.`, {
      retryable: true,
      retryAfterSeconds: 1,
    });
  }
}

export class IdempotencyKeyReused extends InvalidInputError {
  constructor() {
    const message = 'This key came with another body before. Use a new key for another request.';
    super([{ pointer: '', code: 'idempotency_key_reused', message }], 'idempotency_key_reused', message);
  }
}

export class SubmissionInProgress extends ConflictError {
  constructor() {
    super('idempotency_key_in_use', 'A request with this key is being worked on.', {
      retryable: true,
      retryAfterSeconds: 1,
    });
  }
}
