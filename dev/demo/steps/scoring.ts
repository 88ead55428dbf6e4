import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { championAlias, modelName } from '../definitions.ts';
import { type ModelVersion, ref, type Run, type Versioned } from '../wire.ts';
import type { Scene } from './waiting.ts';

const execute = promisify(execFile);

/** The metric of the held-out split under which the runtime reports the area under the ROC curve. */
export const heldOutMetric = 'test_auc';
/** The trees are the same and so are the rows: what differs is at most the order in which floats are added. */
const tolerance = 1e-6;

export interface Score {
  model: string;
  rows: number;
  files: number;
  roc_auc: number;
  base_rate: number;
  base_rate_roc_auc: number;
}

/** Step 6: the version becomes champion; a process that knows only API and token fetches it and scores the held-out month. */
export async function scoreHeldOut(scene: Scene, run: Run): Promise<Score> {
  const { api, terminal } = scene;
  const version = run.model_version as Versioned;
  await api.put(`/api/registry/models/${modelName}/aliases/${championAlias}`, { version: version.version });
  const score = await terminal.during(() => 'scoring the held-out month', scoreInAnotherProcess(scene));
  const registered = await api.get<ModelVersion>(`/api/registry/models/${modelName}/versions/${championAlias}`);
  expectSame('the registry', registered.metrics[heldOutMetric], score.roc_auc);
  expectSame('MLflow', await lastInMlflow(scene, run), score.roc_auc);
  terminal.step(
    '6',
    `${ref(version)} fetched as ${modelName}@${championAlias}: ROC AUC ${score.roc_auc.toFixed(4)} on ` +
      `${score.rows} held-out flights, base rate ${score.base_rate_roc_auc.toFixed(4)}; registry and MLflow agree`,
    `${api.url}/api/registry/models/${modelName}/versions/${championAlias}`,
  );
  return score;
}

async function scoreInAnotherProcess(scene: Scene): Promise<Score> {
  const script = join(import.meta.dirname, '..', 'score_held_out.py');
  const { api, token, s3 } = scene;
  const env = { PATH: process.env['PATH'], GRIFFIN_API_URL: api.url, GRIFFIN_TOKEN: token, ...s3 };
  const { stdout } = await execute(scene.python, [script, `${modelName}@${championAlias}`], { env });
  return JSON.parse(stdout) as Score;
}

async function lastInMlflow(scene: Scene, run: Run): Promise<number | undefined> {
  const path = `/api/workflows/${run.id}/metrics?key=${heldOutMetric}`;
  const history = await scene.api.get<{ items: { value: number }[] }>(path);
  return history.items.at(-1)?.value;
}

function expectSame(where: string, held: number | undefined, scored: number): void {
  if (held === undefined) throw new Error(`${where} holds no ${heldOutMetric}`);
  if (Math.abs(held - scored) > tolerance) throw new Error(`${where} holds ${held}, the scorer found ${scored}`);
}
