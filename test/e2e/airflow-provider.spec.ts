import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ref } from '../../dev/demo/wire.ts';
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
  expect(await pytest()).toBe(0);
});

/** What it says goes where vitest's own output goes. */
async function pytest(): Promise<number | null> {
  const { airflowPython, root } = platform.stack.state;
  const child = spawn(
    airflowPython,
    ['-m', 'pytest', '-v', '-p', 'no:cacheprovider', '--durations=5', '--rootdir', tests, tests],
    {
      env: {
        PATH: `${dirname(airflowPython)}:${process.env['PATH']}`,
        PYTHONPATH: join(provider, 'tests'),
        HOME: root,
        AIRFLOW_HOME: join(root, 'airflow'),
        AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
        AIRFLOW_CONN_GRIFFIN_DEFAULT: JSON.stringify({
          conn_type: 'griffin',
          host: platform.stack.apiUrl,
          password: platform.stack.token,
        }),
        WORKFLOW: ref(small.definition),
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
