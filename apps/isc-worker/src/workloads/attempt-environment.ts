import { currentTrace, signRunToken } from '@griffin/platform';
import type { Attempt } from '../backend/attempt.ts';
import { withoutPlatforms } from '../backend/platform-variables.ts';

/** What is the same for every attempt of this installation. */
export interface AttemptSettings {
  apiUrl: string;
  /** Ed25519, PEM. */
  runTokenPrivateKey: string;
  mlflowUrl?: string | undefined;
  /** By variable name; given to attempts whose artifacts lie in S3, and to no others. */
  s3: Record<string, string>;
}

/** For the way to the start, and for a report that could not be delivered at once. */
const tokenMarginSeconds = 60 * 60;

/** The environment of an attempt's processes that every backend gives it. The platform's variables are its own. */
export async function attemptEnvironment(settings: AttemptSettings, attempt: Attempt): Promise<Record<string, string>> {
  const { spec, runId, projectId } = attempt;
  return {
    ...withoutPlatforms(spec.env),
    GRIFFIN_RUN_ID: runId,
    GRIFFIN_ATTEMPT: String(attempt.attempt),
    GRIFFIN_PROJECT_ID: projectId,
    GRIFFIN_API_URL: settings.apiUrl,
    GRIFFIN_RUN_TOKEN: await runToken(settings, attempt),
    GRIFFIN_ARTIFACT_ROOT: spec.artifact_root,
    ...(settings.mlflowUrl !== undefined && { GRIFFIN_MLFLOW_URL: settings.mlflowUrl }),
    ...(spec.artifact_root.startsWith('s3://') && settings.s3),
    TRACEPARENT: currentTrace().traceparent,
  };
}

function runToken({ runTokenPrivateKey }: AttemptSettings, { runId, attempt, projectId, spec }: Attempt) {
  const expiresInSeconds = spec.limits.run_timeout_seconds + tokenMarginSeconds;
  return signRunToken(runTokenPrivateKey, { runId, attempt, projectId, expiresInSeconds });
}
