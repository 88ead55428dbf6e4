import type { TestProject } from 'vitest/node';
import { S3Unavailable } from './s3/s3-unavailable.ts';
import { type S3Bucket, startS3 } from './s3/start-s3.ts';
import { shareServer } from './shared-server.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** The bucket that this run of the tests has to itself; undefined where the machine cannot run an S3 server. */
    s3: S3Bucket | undefined;
  }
}

/** Starts the server. Where it cannot be built the tests are skipped and the reason is printed, but in CI that is a failure. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  try {
    const { value, release } = await shareServer('s3', () => startS3({ throwaway: true }));
    const { endpoint, region, accessKey, secretKey, bucket } = value;
    project.provide('s3', { endpoint, region, accessKey, secretKey, bucket });
    return release;
  } catch (error) {
    if (!(error instanceof S3Unavailable) || process.env['CI'] === 'true') throw error;
    console.warn(`The tests on S3 are skipped. ${error.message}`);
    project.provide('s3', undefined);
    return async () => undefined;
  }
}
