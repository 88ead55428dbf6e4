import { ArtifactUriRefused } from './artifact-store.ts';

/** A root without its trailing slashes, so that `root + '/'` begins every URI below it. */
export function normalizedRoot(rootUri: string): string {
  return rootUri.replace(/(?<=[^/:])\/+$/, '');
}

/**
 * The segments of `uri` below `root`, percent-decoded. Refuses what is not strictly below it, whichever way it is
 * spelled: `..`, an encoded slash, a backslash, a NUL, a query.
 */
export function segmentsBelow(root: string, uri: string): string[] {
  if (!uri.startsWith(`${root}/`)) throw new ArtifactUriRefused();
  const segments = uri
    .slice(root.length + 1)
    .split('/')
    .map(decoded);
  if (!segments.every(isPlainName)) throw new ArtifactUriRefused();
  return segments;
}

/** The URI of a file below `root`; the inverse of `segmentsBelow`. */
export function uriBelow(root: string, segments: readonly string[]): string {
  return [root, ...segments.map(encoded)].join('/');
}

/** Compares two files for a listing: every store lists in the same order. */
export function byUri(left: { uri: string }, right: { uri: string }): number {
  return left.uri < right.uri ? -1 : 1;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    throw new ArtifactUriRefused();
  }
}

/** Leaves the characters alone that a path segment may hold as they are (RFC 3986), so that common names stay legible. */
function encoded(segment: string): string {
  return encodeURIComponent(segment).replace(/%(3D|3A|40|2B|2C|24|26|3B)/g, (escape) => decodeURIComponent(escape));
}

function isPlainName(segment: string): boolean {
  // oxlint-disable-next-line no-control-regex -- a NUL ends a path in the system's calls
  return segment !== '' && segment !== '.' && segment !== '..' && !/[\u0000/\\?#]/.test(segment);
}
