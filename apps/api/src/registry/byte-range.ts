import type { ByteRange } from '@griffin/platform';

/**
 * The bytes of a file of `size` that a `Range` header (RFC 9110) asks for. Undefined when it asks for several ranges, for
 * bytes that there are not, or in a way unknown here: the answer is the whole file then, as the standard allows.
 */
export function readRange(header: string | undefined, size: number): Required<ByteRange> | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(header ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const range = first === '' ? suffix(Number(last), size) : { start: Number(first), end: endOf(last, size) };
  return range.start <= range.end ? range : undefined;
}

const suffix = (length: number, size: number) => ({ start: Math.max(0, size - length), end: size - 1 });

const endOf = (last: string, size: number) => (last === '' ? size - 1 : Math.min(Number(last), size - 1));
