/** What the demo reads of the API's answers; the whole of them is in docs/openapi.json. */

export interface Page<T> {
  items: T[];
  next_cursor: string | null;
}

export interface Versioned {
  id: string;
  name: string;
  version: number;
}

export type FeatureView = Versioned;
export type Architecture = Versioned;
export type Definition = Versioned;

export interface Reason {
  code: string;
  message: string;
}

export interface DatasetVersion extends Versioned {
  state: 'PENDING' | 'READY' | 'FAILED';
  run_id: string;
  reason: Reason | null;
  uri: string | null;
  row_count: number | null;
  fingerprint: string | null;
  source_fingerprints: Record<string, string> | null;
  splits: Record<string, { uri: string; row_count: number }> | null;
  feature_columns: string[] | null;
}

export interface Run {
  id: string;
  project_id: string;
  name: string;
  kind: string;
  state: string;
  is_terminal: boolean;
  is_successful: boolean;
  retryable: boolean;
  reason: Reason | null;
  log_tail: string | null;
  attempt: number;
  resources: string;
  progress: { phase?: string; fraction?: number; message?: string; metrics?: Record<string, number> } | null;
  metrics: Record<string, number>;
  links: Record<string, string | null>;
  model_version: Versioned | null;
  dataset_version: Versioned | null;
  spec_digest: string;
}

export interface ModelVersion extends Versioned {
  run_id: string;
  metrics: Record<string, number>;
  uri: string;
}

export interface LogPage {
  attempt: number;
  stream: string;
  text: string;
  next_cursor: string | null;
  complete: boolean;
}

export interface LineageNode {
  type: string;
  id: string;
  name?: string;
  version?: number;
}

export interface Lineage {
  node: LineageNode;
  nodes: LineageNode[];
  edges: { from: string; to: string; relation: string }[];
  as_of: unknown;
}

export interface LoggedEvent {
  id: string;
  type: string;
  subject: string;
}

export const ref = (of: { name: string; version: number }) => `${of.name}@${of.version}`;
