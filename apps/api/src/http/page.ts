import type { Type as Class } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { encodeCursor } from '@griffin/platform';
import Type from 'typebox';

/** A page of a list. `next_cursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

/**
 * Makes a page of `rows`, which were read with `limit + 1`: the one too many only tells that there is more.
 * `position` names what the list is ordered by, for the last row that is on the page.
 */
export function pageOf<Row, Item>(
  rows: Row[],
  limit: number,
  position: (row: Row) => Record<string, unknown>,
  toItem: (row: Row) => Item,
): Page<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items: shown.map(toItem), next_cursor: more ? encodeCursor(position(last)) : null };
}

/** The cursor of a list that is ordered by its items' ids. */
export const idCursor = Type.Object({ id: Type.String({ pattern: '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' }) });

/** The page of `item` as a class, for the OpenAPI document. */
export function pageSchema<T>(item: Class<T>, name: string): Class<Page<T>> {
  class PageOfItems implements Page<T> {
    @ApiProperty({ type: [item] })
    items: T[];

    @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last one.' })
    next_cursor: string | null;
  }
  Object.defineProperty(PageOfItems, 'name', { value: name });
  return PageOfItems;
}
