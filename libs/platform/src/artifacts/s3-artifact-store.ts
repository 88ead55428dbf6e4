import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import {
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  paginateListObjectsV2,
  PutObjectCommand,
  S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3';
import type { ArtifactStore, ByteRange, StoredArtifact } from './artifact-store.ts';
import { byUri, normalizedRoot, segmentsBelow, uriBelow } from './artifact-uri.ts';
import { s3Unavailable } from './s3-unavailable.ts';

export interface S3Options {
  /** The store's URL where it is not AWS's own; its buckets are then addressed by path. */
  endpoint?: string | undefined;
  /** Without a pair of keys, the machine's own identity is used. */
  accessKey?: string | undefined;
  secretKey?: string | undefined;
  region?: string | undefined;
}

/** Artifacts in an S3 bucket. A PUT of S3 is atomic by itself. */
export class S3ArtifactStore implements ArtifactStore {
  readonly #root: string;
  readonly #bucket: string;
  readonly #prefix: string[];
  readonly #client: S3Client;

  constructor(rootUri: string, options: S3Options) {
    this.#root = normalizedRoot(rootUri);
    const [bucket = '', ...prefix] = this.#root.slice('s3://'.length).split('/');
    this.#bucket = bucket;
    this.#prefix = prefix;
    this.#client = clientFor(options);
  }

  async put(uri: string, body: Buffer): Promise<void> {
    const object = this.#object(uri);
    await answering(() => this.#client.send(new PutObjectCommand({ ...object, Body: body })));
  }

  async read(uri: string): Promise<Buffer | undefined> {
    const stream = await this.stream(uri);
    return stream && answering(() => buffer(stream));
  }

  async stat(uri: string): Promise<{ size: number } | undefined> {
    const object = this.#object(uri);
    const head = await answering(() => this.#client.send(new HeadObjectCommand(object)));
    if (head) return { size: head.ContentLength ?? 0 };
    // An answer to HEAD has no body: a bucket that is not there looks like a file that is not.
    await this.#requireBucket();
    return undefined;
  }

  async stream(uri: string, range?: ByteRange): Promise<Readable | undefined> {
    const Range = range && `bytes=${range.start}-${range.end ?? ''}`;
    const object = this.#object(uri);
    const found = await answering(
      () => this.#client.send(new GetObjectCommand({ ...object, Range })),
      Readable.from([]),
    );
    return found instanceof Readable ? found : (found?.Body as Readable | undefined);
  }

  async list(prefixUri: string): Promise<StoredArtifact[]> {
    const below = prefixUri === this.#root ? [] : segmentsBelow(this.#root, prefixUri);
    const Prefix = [...this.#prefix, ...below, ''].join('/');
    return (await answering(() => this.#listed(Prefix))) ?? [];
  }

  async #listed(Prefix: string): Promise<StoredArtifact[]> {
    const found: StoredArtifact[] = [];
    for await (const page of paginateListObjectsV2({ client: this.#client }, { Bucket: this.#bucket, Prefix })) {
      for (const { Key = '', Size = 0 } of page.Contents ?? []) {
        if (!Key.endsWith('/')) found.push({ uri: this.#uri(Key), size: Size });
      }
    }
    return found.toSorted(byUri);
  }

  async #requireBucket(): Promise<void> {
    try {
      await this.#client.send(new HeadBucketCommand({ Bucket: this.#bucket }));
    } catch (error) {
      throw s3Unavailable(error);
    }
  }

  #object(uri: string): { Bucket: string; Key: string } {
    return { Bucket: this.#bucket, Key: [...this.#prefix, ...segmentsBelow(this.#root, uri)].join('/') };
  }

  #uri(key: string): string {
    return uriBelow(this.#root, key.split('/').slice(this.#prefix.length));
  }
}

function clientFor({ endpoint, accessKey, secretKey, region }: S3Options): S3Client {
  return new S3Client({
    region: region ?? 'us-east-1',
    ...(endpoint && { endpoint, forcePathStyle: true }),
    ...(accessKey && secretKey && { credentials: { accessKeyId: accessKey, secretAccessKey: secretKey } }),
    requestHandler: { connectionTimeout: 3_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
    // Stores other than AWS's do not all know the newer default checksums.
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
  });
}

/** Undefined when there is no such object; `beyondEnd` when the range begins after its end. */
async function answering<T>(work: () => Promise<T>): Promise<T | undefined>;
async function answering<T, E>(work: () => Promise<T>, beyondEnd: E): Promise<T | E | undefined>;
async function answering(work: () => Promise<unknown>, beyondEnd?: unknown): Promise<unknown> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof S3ServiceException) {
      if (error.name === 'NoSuchKey' || error.name === 'NotFound') return undefined;
      if (error.name === 'InvalidRange') return beyondEnd;
    }
    throw s3Unavailable(error);
  }
}
