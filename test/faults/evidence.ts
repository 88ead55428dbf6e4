import type { Lineage, LineageNode } from '../../dev/demo/wire.ts';
import { processesWith } from '../../dev/stack/marked-processes.ts';
import { consumedBy, publishedBy, serviceNames } from '../../libs/contracts/src/index.ts';
import { eventually } from '../../libs/testing/src/index.ts';
import type { FaultPlatform } from './platform.ts';

export interface RunEvidence {
  id: string;
  name: string;
  kind: string;
  state: string;
  attempts: number;
  /** What it says that it occupies. */
  resources: string;
  /** The states it went through, in order. */
  history: string[];
  /** The states that its `run.completed` events say. */
  completed: string[];
  /** The ids of the model versions that it made. */
  models: string[];
  /** The states of the dataset versions that it was to fill. */
  datasets: string[];
  /** How many of its attempts the worker still works on. */
  workloads: number;
  /** How many of its processes are alive. */
  processes: number;
}

/** What can be seen of a platform, from behind and through its API, once it has come to rest. */
export interface Evidence {
  runs: RunEvidence[];
  /** Events that their service has not published, or the embedded bus has not got. */
  unpublished: number;
  /** Events that are in the embedded bus more than once. */
  publishedTwice: number;
  /** Events that a service which consumes them has not handled. */
  unhandled: number;
  deadLetters: number;
  /** Pairs of moves of an alias that say the same one after the other. */
  repeatedMoves: number;
  /** For each model version what its lineage answers. */
  lineage: { modelId: string; runId: string; nodes: LineageNode[]; edges: number; distinctEdges: number }[];
}

const restMs = 90_000;

/** Waits until nothing is left to be done and `letters` are put aside, for `restMs` at most, and tells what there is. */
export async function collectEvidence(platform: FaultPlatform, letters: number): Promise<Evidence> {
  await eventually(() => atRest(platform, letters), { timeoutMs: restMs, intervalMs: 100 }).catch(() => undefined);
  const [bus] = await platform.rows<Bus>(busEvidence);
  const runs = await platform.rows<Omit<RunEvidence, 'processes'>>(runEvidence);
  return {
    ...(bus as Bus),
    unhandled: await unhandled(platform),
    deadLetters: (await platform.bus.letters()).length,
    runs: runs.map((run) => ({ ...run, processes: processesWith({ GRIFFIN_RUN_ID: run.id }).length })),
    lineage: await lineageOf(platform, runs),
  };
}

type Bus = Pick<Evidence, 'unpublished' | 'publishedTwice' | 'repeatedMoves'>;

async function atRest(platform: FaultPlatform, letters: number): Promise<void> {
  const [bus] = await platform.rows<Bus>(busEvidence);
  const runs = await platform.rows<{ active: number }>(
    `SELECT (SELECT count(*)::int FROM api.run WHERE state NOT IN ('SUCCEEDED', 'FAILED', 'TERMINATED'))
          + (SELECT count(*)::int FROM isc.workload WHERE phase <> 'finished') AS active`,
  );
  const open = (bus?.unpublished ?? 1) + (runs[0]?.active ?? 1) + (await unhandled(platform));
  if (open > 0) throw new Error(`${open} things are not done yet`);
  if ((await platform.bus.letters()).length < letters) throw new Error('not all dead letters are there yet');
}

const schemaOf = { api: 'api', 'isc-worker': 'isc', lineage: 'lineage' } as const;

/** Each service keeps in its inbox what it has handled. */
async function unhandled(platform: FaultPlatform): Promise<number> {
  const pairs = serviceNames.flatMap((publisher) =>
    serviceNames.map((consumer) => ({
      from: schemaOf[publisher],
      to: schemaOf[consumer],
      types: publishedBy(publisher).filter((type) => consumedBy(consumer).includes(type)),
    })),
  );
  let total = 0;
  for (const { from, to, types } of pairs) {
    if (types.length === 0) continue;
    const sql = `SELECT count(*)::int AS n FROM ${from}.outbox
      WHERE type = ANY($1) AND NOT EXISTS (SELECT FROM ${to}.inbox i WHERE i.event_id = outbox.event_id)`;
    const [row] = await platform.rows<{ n: number }>(sql, [types]);
    total += row?.n ?? 0;
  }
  return total;
}

const busEvidence = `
  SELECT
    (SELECT count(*)::int FROM (SELECT published_at FROM api.outbox UNION ALL SELECT published_at FROM isc.outbox) o
      WHERE published_at IS NULL) AS unpublished,
    (SELECT count(*)::int FROM (
      SELECT FROM bus.event WHERE envelope ~ '^{.*"specversion"' GROUP BY topic, envelope::json ->> 'id' HAVING count(*) > 1
    ) twice) AS "publishedTwice",
    (SELECT count(*)::int FROM (
      SELECT version IS NOT DISTINCT FROM lag(version) OVER w AND lag(id) OVER w IS NOT NULL AS same
      FROM api.alias_move WINDOW w AS (PARTITION BY model_id, alias ORDER BY id)
    ) moves WHERE same) AS "repeatedMoves"`;

const runEvidence = `
  SELECT run.id, run.name, run.kind, run.state, run.attempt AS attempts, run.resources,
    ARRAY(SELECT h.state FROM api.run_history h WHERE h.run_id = run.id AND h.from_state IS DISTINCT FROM h.state
      ORDER BY h.revision) AS history,
    ARRAY(SELECT o.envelope -> 'data' ->> 'state' FROM api.outbox o
      WHERE o.type = 'run.completed' AND o.subject = run.id::text ORDER BY o.id) AS completed,
    ARRAY(SELECT m.id::text FROM api.model_version m WHERE m.run_id = run.id) AS models,
    ARRAY(SELECT d.state FROM api.dataset_version d WHERE d.run_id = run.id) AS datasets,
    (SELECT count(*)::int FROM isc.workload w WHERE w.run_id = run.id AND w.phase <> 'finished') AS workloads
  FROM api.run ORDER BY run.created_at`;

async function lineageOf({ scene }: FaultPlatform, runs: { id: string; models: string[] }[]) {
  const asked = runs.flatMap(({ id: runId, models }) => models.map((modelId) => ({ runId, modelId })));
  const answers: Evidence['lineage'] = [];
  for (const { runId, modelId } of asked) {
    const { nodes, edges } = await scene.api.get<Lineage>(`/api/lineage?node=model-version:${modelId}&direction=both`);
    const distinctEdges = new Set(edges.map((edge) => JSON.stringify(edge))).size;
    answers.push({ modelId, runId, nodes, edges: edges.length, distinctEdges });
  }
  return answers;
}
