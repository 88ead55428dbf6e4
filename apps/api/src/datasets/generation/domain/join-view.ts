import { isFault, pointerTo, type Fault } from './fault.ts';
import type { ViewJoin } from './generation-config.ts';

/** What a request says of one view. */
export interface ViewSelection {
  features?: string[] | null;
  prefix?: string | null;
  /** The spine's column -> the view's key, where their names differ. */
  entity_mapping?: Record<string, string> | null;
}

/** What the feature store says of it. */
export interface KnownView {
  id: string;
  name: string;
  version: number;
  source_uri: string;
  entity_keys: string[];
  event_time: string;
  available_at: string | null;
  max_age_seconds: number | null;
  tie_break: string | null;
  features: { name: string }[];
}

/** The join of one view with the spine, or what is wrong with it; pointers begin at the selection. */
export function joinView(view: KnownView, selection: ViewSelection, spineKeys: string[]): ViewJoin | Fault[] {
  const keys = matchKeys(view, selection.entity_mapping ?? {}, spineKeys);
  const features = chooseFeatures(view, selection.features ?? null);
  const faults = [...keys, ...features].filter((part) => isFault(part));
  if (faults.length > 0) return faults;
  const prefix = selection.prefix ?? '';
  return {
    id: view.id,
    name: view.name,
    version: view.version,
    uri: view.source_uri,
    entity_keys: view.entity_keys,
    spine_keys: keys as string[],
    event_time: view.event_time,
    available_at: view.available_at,
    max_age_seconds: view.max_age_seconds,
    tie_break: view.tie_break,
    features: (features as string[]).map((column) => ({ name: `${prefix}${column}`, column })),
  };
}

/** For each key of the view the spine's column that matches it. */
function matchKeys(view: KnownView, mapping: Record<string, string>, spineKeys: string[]): (string | Fault)[] {
  const matched = view.entity_keys.map((key) => {
    const column = Object.entries(mapping).find(([, mapped]) => mapped === key)?.[0] ?? key;
    if (spineKeys.includes(column)) return column;
    return {
      pointer: '/entity_mapping',
      code: 'entity_key_unmatched',
      message:
        `the spine has no entity key '${column}' for the key '${key}' of ${view.name}@${view.version}. ` +
        `Its keys: ${spineKeys.join(', ')}. Map one: {"<column of the spine>": "${key}"}`,
    };
  });
  return [...mappingFaults(view, mapping), ...matched];
}

function mappingFaults(view: KnownView, mapping: Record<string, string>): Fault[] {
  const entries = Object.entries(mapping);
  return entries.flatMap(([column, key], index) => {
    const pointer = `/entity_mapping${pointerTo(column)}`;
    if (!view.entity_keys.includes(key)) {
      const message = `maps to '${key}', which is no entity key of ${view.name}@${view.version}: ${view.entity_keys.join(', ')}`;
      return [{ pointer, code: 'entity_key_unknown', message }];
    }
    const other = entries.slice(0, index).find(([, earlier]) => earlier === key);
    if (!other) return [];
    return [{ pointer, code: 'entity_key_ambiguous', message: `maps to '${key}', as '${other[0]}' does` }];
  });
}

function chooseFeatures(view: KnownView, wanted: string[] | null): (string | Fault)[] {
  const known = view.features.map(({ name }) => name);
  if (wanted === null) return known;
  return wanted.map((name, index) => {
    if (known.includes(name)) return name;
    return {
      pointer: `/features/${index}`,
      code: 'feature_unknown',
      message: `${view.name}@${view.version} has no feature '${name}'. It has: ${known.join(', ')}`,
    };
  });
}
