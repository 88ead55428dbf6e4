import { expect, it } from 'vitest';
import { artifactPlace } from './artifacts.ts';

const bucket = { GRIFFIN_ARTIFACT_ROOT: 's3://bucket/griffin', GRIFFIN_S3_ENDPOINT: 'http://s3:7070' };

it.each([
  [{}, 'folder'],
  [{ GRIFFIN_ARTIFACTS: 's3' }, 's3'],
  [{ ...bucket, GRIFFIN_ARTIFACTS: 's3', GRIFFIN_S3_REGION: '', PATH: '/bin' }, bucket],
])('the environment %o names %o', (environment, place) => {
  expect(artifactPlace(environment)).toEqual(place);
});

it('refuses a kind that there is not', () => {
  expect(() => artifactPlace({ GRIFFIN_ARTIFACTS: 'tape' })).toThrow("GRIFFIN_ARTIFACTS is folder or s3, not 'tape'");
});
