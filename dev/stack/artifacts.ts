import { type S3Bucket, startS3 } from '../../libs/testing/src/index.ts';
import { inherited } from './services.ts';
import type { StateFolder } from './state-folder.ts';

/** A folder of the state folder, an S3 server of the stack's own, or a place of yours by the variables that name it to a service. */
export type ArtifactPlace = 'folder' | 's3' | Record<string, string>;

export interface OpenedArtifacts {
  /** What tells a service where artifacts lie, and how to get there. */
  variables: Record<string, string>;
  /** Present on the stack's own S3 server. */
  s3?: S3Bucket;
  stop(): Promise<void>;
}

const variableNames = [
  'GRIFFIN_ARTIFACT_ROOT',
  'GRIFFIN_S3_ENDPOINT',
  'GRIFFIN_S3_ACCESS_KEY',
  'GRIFFIN_S3_SECRET_KEY',
  'GRIFFIN_S3_REGION',
];
const kinds = ['folder', 's3'] as const;

/** The place that an environment names: the bucket of GRIFFIN_ARTIFACT_ROOT, else what GRIFFIN_ARTIFACTS says, else a folder. */
export function artifactPlace(environment: NodeJS.ProcessEnv): ArtifactPlace {
  const kind = environment['GRIFFIN_ARTIFACTS'] ?? 'folder';
  if (environment['GRIFFIN_ARTIFACT_ROOT'] !== undefined) return variablesOf(environment);
  const found = kinds.find((one) => one === kind);
  if (found === undefined) throw new Error(`GRIFFIN_ARTIFACTS is folder or s3, not '${kind}'`);
  return found;
}

/** Throws S3Unavailable where the stack's own S3 server is asked for and cannot be built. */
export async function openArtifacts(state: StateFolder, place: ArtifactPlace, host: string): Promise<OpenedArtifacts> {
  if (place === 's3') return ownServer(state, host);
  const variables = place === 'folder' ? { GRIFFIN_ARTIFACT_ROOT: `file://${state.artifacts}` } : place;
  return { variables, stop: async () => {} };
}

/** Its keys live as long as the server does: nobody but the services of this start needs them. */
async function ownServer(state: StateFolder, host: string): Promise<OpenedArtifacts> {
  const s3 = await startS3({ dataDir: state.s3, host, env: inherited(state) });
  const variables = {
    GRIFFIN_ARTIFACT_ROOT: `s3://${s3.bucket}/artifacts`,
    GRIFFIN_S3_ENDPOINT: s3.endpoint,
    GRIFFIN_S3_REGION: s3.region,
    GRIFFIN_S3_ACCESS_KEY: s3.accessKey,
    GRIFFIN_S3_SECRET_KEY: s3.secretKey,
  };
  return { variables, s3, stop: () => s3.stop() };
}

function variablesOf(environment: NodeJS.ProcessEnv): Record<string, string> {
  const given = variableNames.flatMap((name) => (environment[name] ? [[name, environment[name]]] : []));
  return Object.fromEntries(given) as Record<string, string>;
}
