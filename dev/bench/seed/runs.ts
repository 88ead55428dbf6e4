import type pg from 'pg';

/**
 * Adds finished runs to the project until it has `total` of them: each with its attempt and its history, as copies of
 * `templateId` that differ in what tells runs apart. One in ten has a name of its own, the others share a hundred. One in
 * a thousand failed, one in a hundred was terminated. Ids are of version 7 and grow with the number of the run.
 */
export async function seedRuns(admin: pg.Client, projectId: string, templateId: string, total: number): Promise<void> {
  await admin.query('BEGIN');
  await admin.query(
    `CREATE TEMPORARY TABLE seeded ON COMMIT DROP AS
     SELECT number, id::uuid, at,
       CASE WHEN number % 10 = 0 THEN 'experiment-' || number ELSE 'nightly-' || number % 100 END AS name,
       CASE WHEN number % 1009 = 7 THEN 'FAILED' WHEN number % 101 = 3 THEN 'TERMINATED' ELSE 'SUCCEEDED' END AS state,
       'definition-' || number % 50 AS definition
     FROM generate_series((SELECT count(*) FROM api.run WHERE project_id = $1) + 1, $2::bigint) AS number,
       LATERAL (SELECT timestamptz '2025-01-01' + number * interval '10 seconds' AS at) AS moment,
       LATERAL (SELECT lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') AS time) AS hex,
       LATERAL (SELECT substr(time, 1, 8) || '-' || substr(time, 9) || '-7000-8000-' || lpad(to_hex(number), 12, '0') AS id) AS v7`,
    [projectId, total],
  );
  await admin.query(
    `INSERT INTO api.run
     SELECT filled.* FROM api.run AS template, seeded, LATERAL jsonb_populate_record(template, jsonb_build_object(
       'id', seeded.id, 'project_id', $2::text, 'name', seeded.name, 'state', seeded.state, 'definition_name', seeded.definition,
       'spec', template.spec || jsonb_build_object('run_id', seeded.id, 'project_id', $2::text, 'name', seeded.name),
       'revision', 4, 'resources', 'released', 'metrics', jsonb_build_object('auc', 0.5 + seeded.number % 50 / 100.0),
       'created_at', seeded.at, 'started_at', seeded.at + interval '5 seconds',
       'finished_at', seeded.at + interval '9 minutes', 'heard_at', seeded.at + interval '9 minutes',
       'deadline_at', seeded.at + interval '1 day')) AS filled
     WHERE template.id = $1`,
    [templateId, projectId],
  );
  await admin.query(
    `INSERT INTO api.attempt (run_id, number, project_id, phase, links, metrics, observed_revision, exit, exit_code,
       created_at, started_at, finished_at, released_at)
     SELECT id, 1, $1, 'finished', '{}', '{}', 3, 'succeeded', 0, at, at + interval '5 seconds', at + interval '9 minutes',
       at + interval '9 minutes'
     FROM seeded`,
    [projectId],
  );
  await admin.query(
    `INSERT INTO api.run_history (run_id, revision, project_id, from_state, state, attempt, caused_by, changed_at)
     SELECT id, step.revision, $1, step.before, coalesce(step.after, state), 1, 'token:bootstrap', at
     FROM seeded, (VALUES (1, NULL, 'REQUESTED'), (4, 'RUNNING', NULL)) AS step (revision, before, after)`,
    [projectId],
  );
  await admin.query('COMMIT');
  await admin.query('VACUUM (ANALYZE) api.run, api.attempt, api.run_history');
  // What was just written is not to be written out while reading is measured.
  await admin.query('CHECKPOINT');
}
