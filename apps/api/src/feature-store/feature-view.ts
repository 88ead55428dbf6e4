export interface Feature {
  name: string;
  type: string;
  description: string;
}

/** What a version of a feature view says: where offline features lie, and how they are joined. */
export interface FeatureViewBody {
  source: { uri: string; format: 'parquet' };
  entity_keys: string[];
  event_time: string;
  /** The column that says from when on a row was known; its event time without it. */
  available_at: string | null;
  max_age_seconds: number | null;
  /** Of rows with one event time, the one with the greatest value here is taken. */
  tie_break: string | null;
  features: Feature[];
  owner: string | null;
  description: string;
  tags: string[];
}
