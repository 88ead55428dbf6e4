import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelName } from '../../dev/demo/definitions.ts';
import { describeJourney } from './cases/journey.ts';
import { describeOutages } from './cases/outages.ts';
import { describeTasks } from './cases/tasks.ts';
import { type AirflowPlatform, startAirflowPlatform } from './support/airflow-platform.ts';
import { runsByDag } from './support/trial.ts';

let on: AirflowPlatform;
const given = () => on;

beforeAll(async () => {
  on = await startAirflowPlatform();
});

afterAll(() => on?.end());

describe('the example DAGs', () => {
  describeJourney(given);
});

describe('a task', () => {
  beforeAll(async () => {
    const inputs = { dataset: 'one-week', model: modelName };
    const body = { name: 'score', stage: 'prototype', kind: 'batch-infer', runtime: 'xgboost-scoring', inputs };
    await on.scene.api.post('/api/workflow-definitions', body);
  });

  describe.concurrent('by itself', () => {
    describeTasks(given);
  });
  describe('among all', () => {
    describeOutages(given);
  });
});

it('has left no run more than those, and none that is active', async () => {
  const runs = Object.entries(await runsByDag(on)).map(([dagId, all]) => [dagId, all.map(({ state }) => state)]);
  expect(Object.fromEntries(runs)).toEqual({
    example_griffin: ['SUCCEEDED'],
    answer_lost: ['SUCCEEDED'],
    lost_after_success: ['SUCCEEDED'],
    deferred_marked_failed: ['TERMINATED'],
    running_marked_failed: ['TERMINATED'],
    deferred_cleared: ['TERMINATED', 'SUCCEEDED'],
    running_cleared: ['TERMINATED', 'SUCCEEDED'],
    success_cleared: ['SUCCEEDED', 'SUCCEEDED'],
    deferral_timed_out: ['FAILED'],
    deferral_timed_out_once: ['SUCCEEDED'],
    triggerer_killed: ['SUCCEEDED'],
    failed_unwatched: ['TERMINATED'],
    deferred_in_outage: ['SUCCEEDED'],
    deferred_in_outage_impatiently: ['SUCCEEDED'],
    submitted_in_outage: ['SUCCEEDED'],
    submitted_in_outage_impatiently: ['SUCCEEDED'],
  });
});

it('has begun no DAG by the events of those runs', async (context) => {
  context.skip(on.stack.kafkaBrokers === undefined, 'There is no Kafka');
  expect(await on.airflow.client.dagRuns('example_griffin_events')).toHaveLength(1);
});
