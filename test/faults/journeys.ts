import { randomUUID } from 'node:crypto';
import { ApiProblem } from '../../dev/demo/client.ts';
import { aircraftView, championAlias, modelName } from '../../dev/demo/definitions.ts';
import { datasetReady, followRun } from '../../dev/demo/steps/waiting.ts';
import { type DatasetVersion, type Definition, ref, type Run, type Versioned } from '../../dev/demo/wire.ts';
import { eventually } from '../../libs/testing/src/index.ts';
import { smallDataset, smallResources } from '../e2e/support/small-training.ts';
import type { FaultPlatform } from './platform.ts';
import type { Finding } from './finding.ts';

/** What a journey was promised: a run under its key, and how it has to end. */
export interface Promised {
  key: string;
  runId: string;
  states: string[];
  /** How many attempts it may have taken. */
  attempts: number;
  /** What else was accepted and is not there, or is there twice. */
  findings?: Finding[];
}

export type Journey = (platform: FaultPlatform) => Promise<Promised[]>;

/** What a platform promises does not depend on how many train, and each takes seconds to start. */
const oneWorker = { ...smallResources, workers: 1 };

const isTraining = (run: Run) => run.state === 'RUNNING' && (run.progress?.fraction ?? 0) > 0;

/** A model is trained, registered, made the champion and found in the lineage. */
export const train: Journey = async (platform) => {
  const { scene, small } = platform;
  const key = randomUUID();
  const submitted = await submit(platform, key, ref(small.definition), { config: { num_boost_round: 5 } });
  const run = await over(platform, submitted.id);
  if (run.model_version) {
    const alias = `/api/registry/models/${modelName}/aliases/${championAlias}`;
    await scene.api.put(alias, { version: run.model_version.version });
  }
  return [{ key, runId: submitted.id, states: ['SUCCEEDED'], attempts: 1 }];
};

/** A run that would go on for long is terminated in the middle of its work. */
export const terminate: Journey = async (platform) => {
  const { scene, small } = platform;
  const key = randomUUID();
  const { id } = await submit(platform, key, ref(small.definition), { config: { num_boost_round: 100_000 } });
  await followRun(scene, id, isTraining);
  await scene.api.post(`/api/workflows/${id}/terminate`, {});
  await over(platform, id);
  return [{ key, runId: id, states: ['TERMINATED'], attempts: 1 }];
};

/** A run is ended by its own time limit. */
export const timeOut: Journey = async (platform) => {
  const key = randomUUID();
  const more = { config: { num_boost_round: 100_000 }, limits: { run_timeout_seconds: 3 } };
  const { id } = await submit(platform, key, ref(platform.small.definition), more);
  await over(platform, id);
  return [{ key, runId: id, states: ['FAILED'], attempts: 1 }];
};

/** Everything a training needs is described anew, and a dataset generated of it. */
export const describe: Journey = async (platform) => {
  const { scene, tables, small } = platform;
  const { api } = scene;
  const key = randomUUID();
  const name = `described-${key}`;
  const token = await api.post<{ id: string }>('/api/projects/tokens', { name });
  const architecture = await api.post<Versioned>('/api/training/models/', { name, framework: 'xgboost' });
  const view = await api.post<Versioned>('/api/features/', { ...aircraftView(tables.aircraft), name });
  const request = { ...smallDataset(tables, view), name };
  const pending = await api.post<DatasetVersion>('/api/training/dataset/', request, { 'idempotency-key': key });
  const body = { name, stage: 'prototype', kind: 'train', runtime: 'xgboost', architecture: ref(architecture) };
  const inputs = { dataset: ref(small.flights) };
  const outputs = { model: { name: modelName } };
  await api.post<Versioned>('/api/workflow-definitions', { ...body, inputs, outputs });
  await datasetReady(scene, pending, () => 'generating one week of flights');
  await api.ask('DELETE', `/api/projects/tokens/${token.id}`).catch(() => 'removed by the first request');
  const findings = await judgeDescribed(platform, name);
  return [{ key, runId: pending.run_id, states: ['SUCCEEDED'], attempts: 1, findings }];
};

/** Of each thing that was described there is one version: version 1, and none after it. */
async function judgeDescribed({ scene }: FaultPlatform, name: string): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const nouns of ['training/models', 'features', 'workflow-definitions']) {
    const exists = async (version: number) => {
      const { status } = await scene.api.ask('GET', `/api/${nouns}/${name}/versions/${version}`).catch(asAnswer);
      return status !== 404;
    };
    if (!(await exists(1))) findings.push({ fault: 'lost', what: `${name} of /api/${nouns}` });
    if (await exists(2)) findings.push({ fault: 'duplicated', what: `version 2 of ${name} of /api/${nouns}` });
  }
  return findings;
}

function asAnswer(error: unknown): { status: number } {
  if (error instanceof ApiProblem && error.status === 404) return { status: 404 };
  throw error;
}

/** A definition that was described is deleted, and the worker finds that nothing is left of it. */
export const remove: Journey = async (platform) => {
  const { scene, rows } = platform;
  const described = await describe(platform);
  const path = `/api/workflow-definitions/described-${described[0]?.key}`;
  const { id } = await scene.api.get<Definition>(path);
  await scene.api.ask('DELETE', `${path}?id=${id}`);
  await eventually(
    async () => {
      const found = await rows('SELECT FROM isc.deleted_definition WHERE id = $1 AND removed_at IS NOT NULL', [id]);
      if (found.length === 0) throw new Error(`the worker has not removed definition ${id}`);
    },
    { timeoutMs: 60_000 },
  );
  const { status } = await scene.api.ask('GET', path).catch(asAnswer);
  const lost: Finding[] = status === 404 ? [] : [{ fault: 'lost', what: `the deletion of ${path}` }];
  return described.map((promise) => ({ ...promise, findings: [...(promise.findings ?? []), ...lost] }));
};

/** What is no event comes on the topics of each service, in front of what is one. */
export const malformed: Journey = async (platform) => {
  const value = JSON.stringify({ no: 'event', nonce: randomUUID() });
  for (const topic of ['attempt.finished', 'workflow.requested']) await platform.bus.put(topic, value);
  return describe(platform);
};

/** A dataset alone, whose generation needs no Ray. One that cannot end well has used up its attempts. */
export const generate = async (
  { scene, tables, small }: FaultPlatform,
  { endsWell = true } = {},
): Promise<Promised[]> => {
  const key = randomUUID();
  const request = { ...smallDataset(tables, small.view), name: `generated-${key}` };
  const pending = await scene.api.post<DatasetVersion>('/api/training/dataset/', request, { 'idempotency-key': key });
  await followRun(scene, pending.run_id, (run) => run.is_terminal);
  const { run_id: runId } = pending;
  return [
    endsWell ? { key, runId, states: ['SUCCEEDED'], attempts: 1 } : { key, runId, states: ['FAILED'], attempts: 3 },
  ];
};

/** Submits under a key, and says a second time what was said: as whoever lost the answer does. */
async function submit({ scene }: FaultPlatform, key: string, definition: string, more: object): Promise<Run> {
  const body = { definition, resources: oneWorker, name: `keyed-${key}`, ...more };
  const headers = { 'idempotency-key': key };
  const first = await scene.api.post<Run>('/api/workflows', body, headers);
  const second = await scene.api.post<Run>('/api/workflows', body, headers);
  if (first.id !== second.id) throw new Error(`one key made two runs: ${first.id} and ${second.id}`);
  return first;
}

const over = ({ scene }: FaultPlatform, id: string) => followRun(scene, id, (run) => run.is_terminal);
