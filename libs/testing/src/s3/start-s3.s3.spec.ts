import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { isAlive } from '../process/is-alive.ts';
import { type S3Bucket, startS3 } from './start-s3.ts';
import { testS3 } from './test-s3.ts';

const s3 = await testS3();

const clientOf = ({ endpoint, region, accessKey, secretKey }: S3Bucket) =>
  new S3Client({
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    maxAttempts: 1,
  });

describe.runIf(s3)('an S3 server', () => {
  it('listens where it is told, and keeps its objects from start to start where it has a folder', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'griffin-s3-'));
    const first = await startS3({ dataDir, host: '127.0.0.2', bucket: 'kept', throwaway: true });
    expect(first.endpoint).toMatch(/^http:\/\/127\.0\.0\.2:/);
    await clientOf(first).send(new PutObjectCommand({ Bucket: 'kept', Key: 'a/b', Body: 'x' }));
    await first.stop();
    expect(isAlive(first.pid)).toBe(false);

    const second = await startS3({ dataDir, bucket: 'kept', throwaway: true });
    const read = await clientOf(second).send(new GetObjectCommand({ Bucket: 'kept', Key: 'a/b' }));
    expect(await read.Body?.transformToString()).toBe('x');
    await second.stop();
    await rm(dataDir, { recursive: true });
  });

  it('answers nobody who does not sign', async () => {
    const { endpoint, bucket } = s3!;
    expect((await fetch(`${endpoint}/${bucket}?list-type=2`)).status).toBe(403);
    expect((await fetch(`${endpoint}/${bucket}/x`, { method: 'PUT', body: 'x' })).status).toBe(403);
  });

  it('takes a conditional write once', async () => {
    const once = () =>
      clientOf(s3!).send(new PutObjectCommand({ Bucket: s3!.bucket, Key: 'once', Body: 'x', IfNoneMatch: '*' }));
    await once();
    await expect(once()).rejects.toMatchObject({ name: 'PreconditionFailed' });
  });
});
