import { createHash } from 'node:crypto';
import type pg from 'pg';

const edgesPerRun = 5;
const runsPerDataset = 100;

/**
 * Adds trained models with all that led to them until the graph has `total` edges, five to a run: its definition, its
 * architecture and its dataset lead to the run, the run to a model version, and that to a URL. A hundred runs share a
 * dataset, which features and a generating run led to; there are 20 architectures and 50 definitions. Returns the number
 * of model versions.
 */
export async function seedGraph(admin: pg.Client, projectId: string, total: number): Promise<number> {
  const runs = Math.ceil(total / edgesPerRun);
  await admin.query('BEGIN');
  await admin.query(
    `CREATE TEMPORARY TABLE link ON COMMIT DROP AS
     WITH run AS (SELECT number, ${id('run', 'number')} AS id FROM generate_series(1, ${runs}) AS number),
     dataset AS (SELECT number, ${id('dataset', 'number')} AS id FROM generate_series(0, ${Math.floor(runs / runsPerDataset)}) AS number)
     SELECT 'definition' AS from_type, ${id('definition', 'number % 50')} AS from_id, 'run' AS to_type, id AS to_id, 'wasPlanOf' AS relation FROM run
     UNION ALL SELECT 'architecture', ${id('architecture', 'number % 20')}, 'run', id, 'wasUsedBy' FROM run
     UNION ALL SELECT 'dataset', ${id('dataset', `number / ${runsPerDataset}`)}, 'run', id, 'wasUsedBy' FROM run
     UNION ALL SELECT 'run', id, 'model-version', ${id('model', 'number')}, 'generated' FROM run
     UNION ALL SELECT 'model-version', ${id('model', 'number')}, 'output-url', 'file:///models/' || number, 'atLocation' FROM run
     UNION ALL SELECT 'run', ${id('generation', 'number')}, 'dataset', id, 'generated' FROM dataset
     UNION ALL SELECT 'feature-view', ${id('view', '(number + view) % 30')}, 'dataset', id, 'hadDerivation' FROM dataset, generate_series(1, 3) AS view`,
  );
  await admin.query(
    `INSERT INTO lineage.edge (project_id, from_type, from_id, to_type, to_id, relation, valid_from)
     SELECT $1, from_type, from_id, to_type, to_id, relation, now() FROM link`,
    [projectId],
  );
  await admin.query(
    `INSERT INTO lineage.node (project_id, type, id, name, version, views, valid_from)
     SELECT DISTINCT ON (type, id) $1::uuid, type, id, type || '-of-the-bench', 1,
       jsonb_build_object('run.completed', jsonb_build_object('state', 'SUCCEEDED')), now()
     FROM (SELECT from_type AS type, from_id AS id FROM link UNION ALL SELECT to_type, to_id FROM link) AS end_of_link`,
    [projectId],
  );
  await admin.query('COMMIT');
  await admin.query('VACUUM (ANALYZE) lineage.edge, lineage.node');
  return runs;
}

/** A UUID for the number-th of a kind, as an SQL expression. */
const id = (kind: string, number: string) => `md5('${kind}-' || (${number}))::uuid::text`;

/** The id of the model version of this number, from 1. */
export function modelVersionId(number: number): string {
  const digest = createHash('md5').update(`model-${number}`).digest('hex');
  return digest.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
