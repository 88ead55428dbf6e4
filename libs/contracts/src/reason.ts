import Type, { type Static } from 'typebox';

/** Why something is as it is: a code for programs, a message for people. */
export const Reason = Type.Object({
  code: Type.String({ pattern: '^[a-z][a-z0-9_]*$' }),
  message: Type.String(),
});
export type Reason = Static<typeof Reason>;

/**
 * The reason codes the platform itself gives. A runtime may report others.
 * `retryable`: the same work may succeed on another attempt, because the cause lies outside of it.
 */
export const reasonCodes = {
  config_invalid: { retryable: false },
  column_missing: { retryable: false },
  data_invalid: { retryable: false },
  runtime_error: { retryable: false },
  report_missing: { retryable: false },
  run_timeout: { retryable: false },
  resources_unavailable: { retryable: false },
  image_unsupported: { retryable: false },
  terminated: { retryable: false },
  superseded: { retryable: false },
  owner_lost: { retryable: true },
  process_killed: { retryable: true },
  training_worker_died: { retryable: true },
  artifact_store_unavailable: { retryable: true },
  api_unreachable: { retryable: true },
  submission_failed: { retryable: true },
  cluster_lost: { retryable: true },
  cluster_unreachable: { retryable: true },
  objects_deleted: { retryable: true },
  head_lost: { retryable: true },
  unschedulable: { retryable: true },
  quota_exceeded: { retryable: true },
  image_pull_failed: { retryable: true },
  start_deadline_exceeded: { retryable: true },
  evicted: { retryable: true },
  preempted: { retryable: true },
  node_lost: { retryable: true },
  out_of_memory: { retryable: false },
  manifest_refused: { retryable: false },
  pods_refused: { retryable: false },
  authorization_refused: { retryable: false },
  artifact_store_unsuited: { retryable: false },
  definition_deleted: { retryable: false },
  container_config_invalid: { retryable: false },
  secret_unavailable: { retryable: false },
  namespace_taken: { retryable: false },
} as const;
export type ReasonCode = keyof typeof reasonCodes;

/** Whether another attempt may help. An unknown code is the user's own error, and is not retried. */
export function isRetryable(code: string): boolean {
  return Object.hasOwn(reasonCodes, code) && reasonCodes[code as ReasonCode].retryable;
}
