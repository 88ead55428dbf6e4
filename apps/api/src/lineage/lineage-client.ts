import { Injectable } from '@nestjs/common';
import { currentTrace, signPrincipal, UnavailableError } from '@griffin/platform';
import type { Caller } from '../auth/caller.ts';

export interface LineageOptions {
  url: string;
  /** Ed25519, PEM: lineage has its other half. */
  principalPrivateKey: string;
}

const timeoutMs = 10_000;
/** Longer than the service itself waits for an event. */
const waitingTimeoutMs = 30_000;

/** Forwards a request to the lineage service in the name of the caller. */
@Injectable()
export class LineageClient {
  constructor(private readonly options: LineageOptions) {}

  /** The service's answer, problems included. Throws `lineage_unavailable`. */
  async ask({ projectId, actor }: Caller, query: Record<string, unknown>): Promise<{ status: number; body: unknown }> {
    const given = Object.entries(query)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, String(value)]);
    const principal = await signPrincipal(this.options.principalPrivateKey, { projectId, subject: actor });
    const headers = { authorization: `Bearer ${principal}`, traceparent: currentTrace().traceparent };
    const signal = AbortSignal.timeout('wait_for' in query && query['wait_for'] ? waitingTimeoutMs : timeoutMs);
    try {
      const answer = await fetch(
        `${this.options.url}/api/lineage?${new URLSearchParams(Object.fromEntries(given)).toString()}`,
        {
          headers,
          signal,
        },
      );
      return { status: answer.status, body: await answer.json() };
    } catch (cause) {
      const retry = { retryAfterSeconds: 5, cause };
      throw new UnavailableError('lineage_unavailable', 'The lineage service does not answer.', retry);
    }
  }
}
