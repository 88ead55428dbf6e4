/** What a version of a model architecture says: a model before it is trained. */
export interface ArchitectureBody {
  framework: string;
  /** image@digest, git@sha or archive@digest. */
  code: string | null;
  /** JSON Schema (2020-12). */
  hyperparameter_schema: Record<string, unknown>;
  defaults: Record<string, unknown>;
  description: string;
  tags: string[];
}
