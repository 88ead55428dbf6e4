/** One thing that is wrong with a request; `pointer` is a JSON Pointer (RFC 6901) from what was looked at. */
export interface Fault {
  pointer: string;
  code: string;
  message: string;
}

export function isFault(part: unknown): part is Fault {
  return typeof part === 'object' && part !== null && 'pointer' in part;
}

/** The pointer to a member. */
export function pointerTo(member: string): string {
  return `/${member.replaceAll('~', '~0').replaceAll('/', '~1')}`;
}
