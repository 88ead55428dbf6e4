import type { DatasetGenerationConfig } from './generation-config.ts';
import type { Fault } from './join-view.ts';

type Sources = Pick<DatasetGenerationConfig, 'spine' | 'views'>;

/** Every column of a dataset comes from one place: a name that two give is refused, with the remedy. */
export function collisions({ spine, views }: Sources): Fault[] {
  const givenBy = new Map<string, string>();
  const own = [...new Set([...spine.entity_keys, spine.event_time, spine.label, ...spine.columns])];
  for (const column of own) givenBy.set(column, 'the spine');
  return views.flatMap((view, index) =>
    view.features.flatMap(({ column }) => {
      const other = givenBy.get(column);
      givenBy.set(column, `${view.name}@${view.version}`);
      if (other === undefined) return [];
      const message = `gives a column '${column}', as ${other} does. Set a prefix for its features, or choose others`;
      return [{ pointer: `/features/${index}`, code: 'column_ambiguous', message }];
    }),
  );
}
