import type { ResolvedRunSpec } from '@griffin/contracts';

/** Names one attempt of one run, everywhere and for good. */
export interface AttemptRef {
  runId: string;
  attempt: number;
}

/** The same for the same attempt, to find things by. */
export const attemptKey = ({ runId, attempt }: AttemptRef) => `${runId}/${attempt}`;

/** What a backend needs to recognise again exactly what it made: a uid, a cluster's instance. Opaque to everyone else. */
export type Handle = Record<string, string | number>;

export interface Attempt extends AttemptRef {
  projectId: string;
  spec: ResolvedRunSpec;
  /** As the latest look gave it; null as long as the attempt was never seen. */
  handle: Handle | null;
}
