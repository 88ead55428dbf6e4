import { expect, it } from 'vitest';
import {
  aircraftView,
  architecture,
  championAlias,
  modelName,
  trainingDefinition,
} from '../../../dev/demo/definitions.ts';
import { type FeatureView, type ModelVersion, ref, type Versioned } from '../../../dev/demo/wire.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import { smallDataset, smallResources } from '../../e2e/support/small-training.ts';
import type { AirflowPlatform } from '../support/airflow-platform.ts';
import { runsByDag } from '../support/trial.ts';

const minutes = { timeoutMs: 360_000, intervalMs: 500 };

/** The example DAGs, as they come with the provider. */
export function describeJourney(given: () => AirflowPlatform): void {
  it('generates a dataset, waits for it, trains on it, and makes the model the champion', async () => {
    const on = given();
    const { scene, airflow } = on;
    const view = await prepare(on);
    const conf = { dataset: smallDataset(on.tables, view), config: { num_boost_round: 10 } };
    const run = await airflow.client.trigger('example_griffin', conf);
    const states = async () => {
      const tasks = await airflow.client.tasks(run);
      return Object.fromEntries(tasks.map((task) => [task.task_id, `${task.state} ${task.try_number}`]));
    };
    await eventually(async () => {
      const state = await airflow.client.dagRunState(run);
      expect(state, JSON.stringify(await states())).toMatch(/success|failed/);
    }, minutes);
    expect(await states()).toEqual({
      generate_dataset: 'success 1',
      // One that goes on before Airflow's scheduler knows that it waits is tried again.
      dataset_is_there: expect.stringMatching(/^success [12]$/) as string,
      train: 'success 1',
      move_alias: 'success 1',
    });

    const trained = await airflow.client.xcom<{ run_id: string; state: string }>(run, 'train');
    expect(trained.state).toBe('SUCCEEDED');
    const champion = `/api/registry/models/${modelName}/versions/${championAlias}`;
    const version = await scene.api.get<ModelVersion>(champion);
    expect(version.run_id).toBe(trained.run_id);
    expect(await airflow.client.xcom(run, 'move_alias')).toBe(ref(version));
    expect((await runsByDag(on))['example_griffin']?.map(({ id, state }) => [id, state])).toEqual([
      [trained.run_id, 'SUCCEEDED'],
    ]);
  });

  it('begins a DAG by the event of that training on Kafka, and by no other', async (context) => {
    const { airflow, stack } = given();
    context.skip(stack.kafkaBrokers === undefined, 'There is no Kafka');
    const [run] = await eventually(async () => {
      const runs = await airflow.client.dagRuns('example_griffin_events');
      expect(runs).toHaveLength(1);
      expect(await airflow.client.dagRunState(runs[0]!)).toBe('success');
      return runs;
    }, minutes);
    const trained = (await runsByDag(given()))['example_griffin']?.map(({ id }) => id);
    expect(await airflow.client.xcom(run!, 'say')).toEqual(trained);
  });
}

/** What the example DAG presupposes: a definition of a training. */
async function prepare({ scene: { api }, tables }: AirflowPlatform): Promise<FeatureView> {
  const trees = await api.post<Versioned>('/api/training/models/', architecture());
  const view = await api.post<FeatureView>('/api/features/', aircraftView(tables.aircraft));
  await api.post('/api/workflow-definitions', { ...trainingDefinition(trees), resources: smallResources });
  return view;
}
