import type { ArtifactEnvironment } from '../environment/service-variables.ts';
import type { ArtifactStore } from './artifact-store.ts';
import { FileArtifactStore } from './file-artifact-store.ts';
import { S3ArtifactStore, type S3Options } from './s3-artifact-store.ts';

export type { S3Options };

/** The store whose root is `file:///a/folder` or `s3://bucket/prefix`. Nothing is reached before the first use. */
export function openArtifactStore(rootUri: string, s3: S3Options = {}): ArtifactStore {
  if (rootUri.startsWith('file:///')) return new FileArtifactStore(rootUri);
  if (rootUri.startsWith('s3://')) return new S3ArtifactStore(rootUri, s3);
  throw new TypeError(`an artifact root begins with file:/// or s3://, not as ${JSON.stringify(rootUri)}`);
}

/** The store that the environment names. */
export function artifactStoreFrom(environment: ArtifactEnvironment): ArtifactStore {
  return openArtifactStore(environment.GRIFFIN_ARTIFACT_ROOT, {
    endpoint: environment.GRIFFIN_S3_ENDPOINT,
    accessKey: environment.GRIFFIN_S3_ACCESS_KEY,
    secretKey: environment.GRIFFIN_S3_SECRET_KEY,
    region: environment.GRIFFIN_S3_REGION,
  });
}
