import { randomUUID } from 'node:crypto';
import type pg from 'pg';

const file = (path: string) => ({ path, size: 5, sha256: 'a'.repeat(64) });

/** Adds a dataset version, READY, and a model version to the project: what runs name as their inputs. Once is enough. */
export async function seedInputs(admin: pg.Client, projectId: string): Promise<{ dataset: string; model: string }> {
  const [dataset, model] = ['bench-dataset', 'bench-known-model'];
  const { rowCount } = await admin.query('SELECT FROM api.training_dataset WHERE project_id = $1 AND name = $2', [
    projectId,
    dataset,
  ]);
  if (rowCount === 0) {
    await seedDataset(admin, projectId, dataset);
    await seedModel(admin, projectId, model);
  }
  return { dataset: `${dataset}@1`, model: `${model}@1` };
}

async function seedDataset(admin: pg.Client, projectId: string, name: string): Promise<void> {
  const output = {
    type: 'dataset',
    uri: 'file:///bench',
    files: [file('train.parquet')],
    schema: [{ name: 'late', type: 'BIGINT' }],
    row_count: 2,
    statistics: {},
    splits: { train: { uri: 'file:///bench/train.parquet', row_count: 2 } },
    label: 'late',
    feature_columns: [],
    fingerprint: 'f'.repeat(64),
    source_fingerprints: {},
  };
  await admin.query(
    `WITH dataset AS (INSERT INTO api.training_dataset (id, project_id, name) VALUES ($1, $2, $3) RETURNING id)
     INSERT INTO api.dataset_version (id, project_id, dataset_id, version, state, features, description, output)
     SELECT $4, $2, id, 1, 'READY', '[]', '', $5 FROM dataset`,
    [randomUUID(), projectId, name, randomUUID(), JSON.stringify(output)],
  );
}

async function seedModel(admin: pg.Client, projectId: string, name: string): Promise<void> {
  const signature = { inputs: [], outputs: [] };
  const output = { type: 'model', uri: 'file:///bench', files: [file('model.ubj')], framework: 'xgboost', signature };
  await admin.query(
    `WITH model AS (INSERT INTO api.registered_model (id, project_id, name) VALUES ($1, $2, $3) RETURNING id)
     INSERT INTO api.model_version (id, project_id, model_id, version, run_id, output, metrics)
     SELECT $4, $2, id, 1, $5, $6, '{}' FROM model`,
    [randomUUID(), projectId, name, randomUUID(), randomUUID(), JSON.stringify(output)],
  );
}
