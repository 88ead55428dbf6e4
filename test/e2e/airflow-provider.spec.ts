import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { trainingDefinition } from '../../dev/demo/definitions.ts';
import { pytest } from './support/pytest.ts';
import { startPlatform, type TestPlatform } from './support/platform.ts';
import { prepareSmallTraining, smallResources } from './support/small-training.ts';

const tests = join(import.meta.dirname, 'airflow-provider');
const provider = join(import.meta.dirname, '../../python/apache-airflow-providers-griffin');

let platform: TestPlatform;

beforeAll(async () => {
  platform = await startPlatform();
  const { scene, tables } = platform;
  const { architecture, flights } = await prepareSmallTraining(scene, tables);
  const quick = { config: { num_boost_round: 10 }, resources: smallResources };
  const definition = { ...trainingDefinition(architecture, flights), name: 'train-flights', ...quick };
  await scene.api.post('/api/workflow-definitions', definition);
});

afterAll(() => platform?.end());

it('runs workflows as tasks of Airflow, as its guide says', async () => {
  const { apiUrl, token, state } = platform.stack;
  const env = {
    HOME: state.root,
    AIRFLOW_HOME: join(state.root, 'airflow'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__CORE__TEST_CONNECTION: 'Enabled',
    AIRFLOW__CORE__DEFAULT_TASK_RETRY_DELAY: '1',
    AIRFLOW_CONN_GRIFFIN_DEFAULT: JSON.stringify({ conn_type: 'griffin', host: apiUrl, password: token }),
    GRIFFIN_API_URL: apiUrl,
    GRIFFIN_TOKEN: token,
  };
  expect(await pytest(state.airflowPython, tests, env, join(provider, 'tests'))).toBe(0);
});
