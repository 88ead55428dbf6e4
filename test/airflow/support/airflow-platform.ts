import { resolve, join } from 'node:path';
import { startAirflow, type Airflow } from '../../../dev/airflow/start-airflow.ts';
import { repository } from '../../../dev/stack/state-folder.ts';
import { KafkaUnavailable } from '../../../libs/testing/src/index.ts';
import { startPlatform, type TestPlatform } from '../../e2e/support/platform.ts';
import { Gates } from './gates.ts';
import { startLossyProxy, type LossyProxy } from './lossy-proxy.ts';

/** A platform, on Kafka where the machine can run it, and an Airflow with the provider's example DAGs and those of `dags`. */
export interface AirflowPlatform extends TestPlatform {
  airflow: Airflow;
  gates: Gates;
  proxy: LossyProxy;
}

const room = resolve(import.meta.dirname, '..');
const examples = join(repository, 'python/apache-airflow-providers-griffin/src/airflow/providers/griffin/example_dags');
const dags = [join(room, 'dags/faults.py'), join(examples, 'example_griffin.py')];
const eventDags = [join(examples, 'example_griffin_events.py')];

/** A lost worker, a lost triggerer and a timeout are to be noticed within seconds. */
const hasty = {
  AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT: '30',
  AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT_DETECTION_INTERVAL: '2',
  AIRFLOW__SCHEDULER__TRIGGER_TIMEOUT_CHECK_INTERVAL: '2',
  AIRFLOW__TRIGGERER__JOB_HEARTBEAT_SEC: '2',
  AIRFLOW__TRIGGERER__TRIGGERER_HEALTH_CHECK_THRESHOLD: '10',
};

export async function startAirflowPlatform(): Promise<AirflowPlatform> {
  const platform = await onKafkaIfPossible();
  try {
    const { stack } = platform;
    const proxy = await startLossyProxy(stack.apiUrl);
    const gates = new Gates(join(stack.state.root, 'gates'));
    await gates.make();
    const env = {
      ...hasty,
      ...connections(platform, proxy.url),
      TEST_GATES: gates.folder,
      TEST_HELD: join(room, 'held'),
    };
    const { state, databaseAdminUrl, kafkaBrokers } = stack;
    const known = kafkaBrokers ? [...dags, ...eventDags] : dags;
    const airflow = await startAirflow({ state, dags: known, databaseAdminUrl, env });
    const end = async () => {
      await airflow.stop();
      await proxy.close();
      await platform.end();
    };
    return { ...platform, airflow, gates, proxy, end };
  } catch (error) {
    await platform.end();
    throw error;
  }
}

async function onKafkaIfPossible(): Promise<TestPlatform> {
  try {
    return await startPlatform({ bus: 'kafka' });
  } catch (error) {
    if (!(error instanceof KafkaUnavailable) || process.env['CI'] === 'true') throw error;
    console.warn(`There is no Kafka, and so no DAG that begins with an event. ${error.message}`);
    return startPlatform();
  }
}

function connections({ stack }: TestPlatform, proxyUrl: string): Record<string, string> {
  const griffin = { conn_type: 'griffin', host: stack.apiUrl, password: stack.token };
  const kafka = {
    'bootstrap.servers': stack.kafkaBrokers?.join(','),
    'group.id': 'airflow',
    'auto.offset.reset': 'earliest',
    'enable.auto.commit': false,
  };
  const all = {
    GRIFFIN_DEFAULT: { ...griffin, extra: { retry_seconds: 120 } },
    GRIFFIN_IMPATIENT: { ...griffin, extra: { retry_seconds: 3 } },
    GRIFFIN_PROXIED: { ...griffin, host: proxyUrl },
    KAFKA_DEFAULT: { conn_type: 'kafka', extra: kafka },
  };
  return Object.fromEntries(Object.entries(all).map(([name, one]) => [`AIRFLOW_CONN_${name}`, JSON.stringify(one)]));
}
