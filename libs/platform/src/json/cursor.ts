import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { BadRequestError } from '../errors/platform-error.ts';
import { storableErrors } from '../http/text-check.ts';

/** Where a page ended, as text that callers hand back and never look into. */
export function encodeCursor(position: object): string {
  return Buffer.from(JSON.stringify(position)).toString('base64url');
}

/**
 * The position that `encodeCursor` was given. Anyone can forge a cursor, so its shape is checked where a `schema` is
 * given. Refuses with `cursor_invalid`.
 */
export function decodeCursor<S extends TSchema>(cursor: string, schema: S): Static<S>;
export function decodeCursor(cursor: string): Record<string, unknown>;
export function decodeCursor(cursor: string, schema?: TSchema): unknown {
  const position = parse(cursor);
  const isObject = typeof position === 'object' && position !== null;
  const sound = isObject && storableErrors(position).length === 0 && (!schema || Value.Check(schema, position));
  if (!sound) throw new BadRequestError('cursor_invalid', 'The cursor is not one that this list gave.');
  return position;
}

function parse(cursor: string): unknown {
  try {
    return JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
