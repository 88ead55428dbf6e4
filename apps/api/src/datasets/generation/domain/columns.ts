import type { Fault } from './fault.ts';
import type { DatasetGenerationConfig } from './generation-config.ts';

type Sources = Pick<DatasetGenerationConfig, 'spine' | 'views'>;

/**
 * Every column of a dataset comes from one place: a name that two give is refused, with the remedy. As SQL has it, names
 * that differ only in the case of their letters are one. Whatever is kept of the spine may be named twice, but for the
 * label: a feature that is the label would give away what is to be predicted.
 */
export function collisions({ spine, views }: Sources): Fault[] {
  const givenBy = new Map<string, Place>();
  const faults = spineColumns(spine).flatMap((place) => {
    const other = givenBy.get(folded(place.column));
    if (!other) givenBy.set(folded(place.column), place);
    if (!other || (other.column === place.column && place.role === 'kept')) return [];
    const message = `is '${place.column}', but ${other.pointer} is '${other.column}'. Name a column of its own`;
    return [{ pointer: place.pointer, code: 'column_ambiguous', message }];
  });
  return [...faults, ...featureCollisions(views, [...givenBy.keys()])];
}

interface Place {
  column: string;
  pointer: string;
  role: 'kept' | 'label';
}

function spineColumns({ entity_keys: keys, event_time: eventTime, columns, label }: Sources['spine']): Place[] {
  return [
    ...keys.map((column, index) => kept(column, `/spine/entity_keys/${index}`)),
    kept(eventTime, '/spine/event_time'),
    ...columns.map((column, index) => kept(column, `/spine/columns/${index}`)),
    { column: label, pointer: '/spine/label', role: 'label' },
  ];
}

function featureCollisions(views: Sources['views'], spineNames: string[]): Fault[] {
  const givenBy = new Map(spineNames.map((name) => [name, 'the spine']));
  return views.flatMap((view, index) =>
    view.features.flatMap(({ name }) => {
      const other = givenBy.get(folded(name));
      givenBy.set(folded(name), `${view.name}@${view.version}`);
      if (other === undefined) return [];
      const message = `gives a column '${name}', as ${other} does. Set a prefix for its features, or choose others`;
      return [{ pointer: `/features/${index}`, code: 'column_ambiguous', message }];
    }),
  );
}

const kept = (column: string, pointer: string): Place => ({ column, pointer, role: 'kept' });
const folded = (name: string) => name.toLowerCase();
