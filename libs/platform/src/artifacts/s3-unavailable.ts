import { S3ServiceException } from '@aws-sdk/client-s3';
import { ArtifactStoreUnavailable } from './artifact-store.ts';

/**
 * What a failed call says, with what to do about it. Of S3's own error only its name, status and message are kept: it
 * carries whatever the store answered, and some stores answer with the access key and what was signed.
 */
export function s3Unavailable(error: unknown): ArtifactStoreUnavailable {
  if (!(error instanceof S3ServiceException)) return new ArtifactStoreUnavailable(error);
  const status = error.$metadata.httpStatusCode;
  const cause = new Error(`S3 answered ${error.name} (HTTP ${status ?? 'unknown'}): ${error.message}`);
  return new ArtifactStoreUnavailable(cause, messageFor(error.name, status));
}

function messageFor(name: string, status: number | undefined): string | undefined {
  if (status === 401 || status === 403) {
    return (
      'The artifact store refuses: GRIFFIN_S3_ACCESS_KEY and GRIFFIN_S3_SECRET_KEY must be a pair that may read, ' +
      'write and list the bucket of GRIFFIN_ARTIFACT_ROOT.'
    );
  }
  if (name === 'NoSuchBucket') {
    return 'The artifact store has no bucket of the name in GRIFFIN_ARTIFACT_ROOT: make it, or name another.';
  }
  // Some answer so to an access key that they do not know.
  if (status === 404) {
    return 'The artifact store knows no such bucket or access key: see GRIFFIN_ARTIFACT_ROOT and GRIFFIN_S3_ACCESS_KEY.';
  }
  return undefined;
}
