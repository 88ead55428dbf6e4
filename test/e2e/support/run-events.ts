import type { GriffinClient } from '../../../dev/demo/client.ts';
import type { LoggedEvent, Page, Run } from '../../../dev/demo/wire.ts';

/** Every run of the project, all pages. */
export function allRuns(api: GriffinClient): Promise<Run[]> {
  return allItems<Run>(api, '/api/workflows?limit=100', 'cursor');
}

/** The subjects of all published events of one type, one entry per event. */
export async function subjectsOf(api: GriffinClient, type: string): Promise<string[]> {
  const events = await allItems<LoggedEvent>(api, `/api/events?types=${type}&limit=100`, 'after');
  return events.map((event) => event.subject);
}

async function allItems<T>(api: GriffinClient, path: string, parameter: string): Promise<T[]> {
  const items: T[] = [];
  let next: string | null = '';
  while (next !== null) {
    const page: Page<T> = await api.get(next === '' ? path : `${path}&${parameter}=${encodeURIComponent(next)}`);
    items.push(...page.items);
    next = page.items.length === 0 ? null : page.next_cursor;
  }
  return items;
}
