/** What the dataset-generation runtime is told to do: everything resolved, nothing left to look up. */
export interface DatasetGenerationConfig {
  spine: { uri: string; entity_keys: string[]; event_time: string; label: string; columns: string[] };
  views: ViewJoin[];
  /** By event time, `from` included, `until` not. */
  splits: Record<string, Split>;
  dataset: { id: string; name: string; version: number };
}

/** One view's side of the point-in-time join. */
export interface ViewJoin {
  id: string;
  name: string;
  version: number;
  uri: string;
  /** The view's key columns, and the spine's columns that match them, in the same order. */
  entity_keys: string[];
  spine_keys: string[];
  event_time: string;
  available_at: string | null;
  max_age_seconds: number | null;
  tie_break: string | null;
  /** `name` is the feature's column in the dataset, `column` the one in the view's source. */
  features: { name: string; column: string }[];
}

export interface Split {
  from: string | null;
  until: string | null;
}
