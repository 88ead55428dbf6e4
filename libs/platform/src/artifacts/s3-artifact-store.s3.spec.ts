import { randomUUID } from 'node:crypto';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { type S3Bucket, testS3 } from '@griffin/testing';
import { describeArtifactStore } from './artifact-store.contract.fixture.ts';
import { ArtifactStoreUnavailable } from './artifact-store.ts';
import { openArtifactStore } from './open-artifact-store.ts';

const s3 = await testS3();

function open(changes: Partial<S3Bucket> = {}) {
  const { bucket, ...options } = { ...s3!, ...changes };
  const root = `s3://${bucket}/${randomUUID()}`;
  return { root, store: openArtifactStore(root, options) };
}

describe.runIf(s3)('on a real server', () => {
  describeArtifactStore('S3', open);

  it('lists more files than one page of S3 holds', { timeout: 120_000 }, async () => {
    const { root, store } = open();
    const uris = Array.from({ length: 1_005 }, (_, at) => `${root}/${String(at).padStart(20, '0')}.log`);
    const waiting = [...uris];
    const write = async () => {
      for (let uri = waiting.pop(); uri !== undefined; uri = waiting.pop()) await store.put(uri, Buffer.from('x'));
    };
    await Promise.all(Array.from({ length: 16 }, write));
    expect((await store.list(root)).map(({ uri }) => uri)).toEqual(uris);
  });

  it('can be the whole of a bucket', async () => {
    const { bucket, ...options } = s3!;
    const store = openArtifactStore(`s3://${bucket}/`, options);
    const uri = `s3://${bucket}/${randomUUID()}`;
    await store.put(uri, Buffer.from('x'));
    expect((await store.list(`s3://${bucket}`)).map((file) => file.uri)).toContain(uri);
  });

  const refusals: [string, Partial<S3Bucket>, RegExp][] = [
    ['a secret key that is not the access key’s', { secretKey: 'a-secret-nobody-may-read' }, /must be a pair/],
    ['an access key that nobody has', { accessKey: 'AKIANOBODYMAYREAD' }, /no such bucket or access key/],
    ['a bucket that is not there', { bucket: 'nowhere' }, /has no bucket|no such bucket or access key/],
  ];

  it.each(refusals)('says so of %s, and shows no key', async (_what, changes, message) => {
    const { root, store } = open(changes);
    const calls = [
      () => store.put(`${root}/x`, Buffer.from('x')),
      () => store.read(`${root}/x`),
      () => store.stat(`${root}/x`),
      () => store.stream(`${root}/x`),
      () => store.list(root),
    ];
    for (const call of calls) {
      const error = await call().catch((thrown: unknown) => thrown);
      expect(error, String(call)).toBeInstanceOf(ArtifactStoreUnavailable);
      expect(error).toMatchObject({ message: expect.stringMatching(message) });
      const shown = inspect(error, { depth: Infinity, showHidden: true });
      for (const key of [s3!.accessKey, s3!.secretKey, 'nobody-may-read', 'NOBODYMAYREAD']) {
        expect(shown).not.toContain(key);
      }
    }
  });
});
