/** The JSON Pointer (RFC 6901) of a path: `['files', 0, 'a/b']` is `/files/0/a~1b`, no segment at all the whole. */
export function jsonPointer(segments: readonly (string | number)[]): string {
  return segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}
