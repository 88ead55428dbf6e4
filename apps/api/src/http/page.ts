import type { Type } from '@nestjs/common';
import { ApiProperty } from '@nestjs/swagger';
import { encodeCursor } from '@griffin/platform';

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

/** The page of `item` as a class, for the OpenAPI document. */
export function pageSchema<T>(item: Type<T>, name: string): Type<Page<T>> {
  class PageOfItems implements Page<T> {
    @ApiProperty({ type: [item] })
    items: T[];

    @ApiProperty({ type: String, nullable: true, description: 'Asks for the next page; null on the last one.' })
    next_cursor: string | null;
  }
  Object.defineProperty(PageOfItems, 'name', { value: name });
  return PageOfItems;
}
