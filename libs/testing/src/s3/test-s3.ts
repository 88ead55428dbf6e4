import type { S3Bucket } from './start-s3.ts';

/** The S3 server of this vitest run; undefined where the machine cannot run one: the run has printed why. Only in specs of a project that has `s3.global-setup.ts`. */
export async function testS3(): Promise<S3Bucket | undefined> {
  const { inject } = await import('vitest');
  return inject('s3');
}
