import { afterEach, beforeEach, expect, it } from 'vitest';
import { ArtifactStoreUnavailable } from './artifact-store.ts';
import { FaultyS3 } from './faulty-s3.fake.ts';
import { openArtifactStore } from './open-artifact-store.ts';

const root = 's3://bucket/griffin';
let server: FaultyS3;
let endpoint: string;

beforeEach(async () => {
  server = new FaultyS3();
  endpoint = await server.start();
});
afterEach(() => server.stop());

const open = () => openArtifactStore(root, { endpoint, accessKey: 'a', secretKey: 'b' });

it('S3 that fails within is unavailable, which may pass', async () => {
  server.fault = 'internal error';
  await expect(open().put(`${root}/x`, Buffer.from('x'))).rejects.toThrow(ArtifactStoreUnavailable);
  await expect(open().read(`${root}/x`)).rejects.toThrow(ArtifactStoreUnavailable);
  await expect(open().list(root)).rejects.toThrow(ArtifactStoreUnavailable);
});

it('S3 that breaks off in the middle of a file has given none', async () => {
  server.fault = 'broken off';
  await expect(open().read(`${root}/x`)).rejects.toThrow(ArtifactStoreUnavailable);
});

it('S3 that is away is unavailable', async () => {
  server.stop();
  await expect(open().read(`${root}/x`)).rejects.toThrow(ArtifactStoreUnavailable);
});
