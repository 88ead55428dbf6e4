import type { Readable } from 'node:stream';
import { BadRequestError, UnavailableError } from '../errors/platform-error.ts';

/** Bytes `start` to `end`, both included, counted from 0. */
export interface ByteRange {
  start: number;
  end?: number;
}

export interface StoredArtifact {
  uri: string;
  size: number;
}

/**
 * The files of an installation, addressed by URIs under its one root. Every method refuses a URI outside of the root
 * (`ArtifactUriRefused`) and throws `ArtifactStoreUnavailable` when the store cannot answer.
 */
export interface ArtifactStore {
  /** Writes the whole file or nothing: a reader sees the old bytes or the new ones. */
  put(uri: string, body: Buffer): Promise<void>;
  /** Undefined when there is no such file. */
  read(uri: string): Promise<Buffer | undefined>;
  /** Undefined when there is no such file; empty when the range begins after its end. */
  stream(uri: string, range?: ByteRange): Promise<Readable | undefined>;
  stat(uri: string): Promise<{ size: number } | undefined>;
  /** All files below the folder `prefixUri`, at any depth, in the order of their URIs. */
  list(prefixUri: string): Promise<StoredArtifact[]>;
}

/** The store cannot be reached or refuses to work; the same call may succeed later. `message` is for whoever asks api. */
export class ArtifactStoreUnavailable extends UnavailableError {
  constructor(cause: unknown, message = 'The artifact store does not answer.') {
    super('artifact_store_unavailable', message, { retryAfterSeconds: 5, cause });
  }
}

/** The URI does not name a file of this store. */
export class ArtifactUriRefused extends BadRequestError {
  constructor() {
    super('artifact_uri_refused', 'The URI is not one of this artifact store.');
  }
}
