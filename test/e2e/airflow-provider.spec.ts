import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ref } from '../../dev/demo/wire.ts';
import { pytest } from './support/pytest.ts';
import { startPlatform, type TestPlatform } from './support/platform.ts';
import { prepareSmallTraining, type SmallTraining } from './support/small-training.ts';

const tests = join(import.meta.dirname, 'airflow-provider');
const provider = join(import.meta.dirname, '../../python/apache-airflow-providers-griffin');

let platform: TestPlatform;
let small: SmallTraining;

beforeAll(async () => {
  platform = await startPlatform();
  small = await prepareSmallTraining(platform.scene, platform.tables);
});

afterAll(() => platform?.end());

it('runs workflows as tasks of Airflow', async () => {
  const { apiUrl, token, state } = platform.stack;
  const connection = { conn_type: 'griffin', host: apiUrl, password: token };
  const env = {
    PYTHONPATH: join(provider, 'tests'),
    HOME: state.root,
    AIRFLOW_HOME: join(state.root, 'airflow'),
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW_CONN_GRIFFIN_DEFAULT: JSON.stringify(connection),
    WORKFLOW: ref(small.definition),
  };
  expect(await pytest(state.airflowPython, tests, env)).toBe(0);
});
