import { dirname } from 'node:path';
import { inherited } from '../stack/services.ts';
import type { StateFolder } from '../stack/state-folder.ts';

export interface AirflowPlace {
  home: string;
  dagsFolder: string;
  databaseUrl: string;
  port: number;
  /** Where the scheduler and the triggerer show the logs of their tasks. */
  logPorts: { worker: number; triggerer: number };
}

/** The environment of an Airflow on this machine: everybody is its administrator, and it listens on loopback only. */
export function airflowVariables(state: StateFolder, { home, dagsFolder, databaseUrl, port, logPorts }: AirflowPlace) {
  const url = `http://127.0.0.1:${port}`;
  return {
    ...inherited(state),
    // `airflow standalone` starts the others by the name `airflow`.
    PATH: `${dirname(state.airflowPython)}:${process.env['PATH'] ?? ''}`,
    NO_PROXY: '127.0.0.1',
    AIRFLOW_HOME: home,
    AIRFLOW__DATABASE__SQL_ALCHEMY_CONN: databaseUrl.replace(/^postgres(ql)?:/, 'postgresql+psycopg2:'),
    AIRFLOW__CORE__DAGS_FOLDER: dagsFolder,
    AIRFLOW__CORE__LOAD_EXAMPLES: 'False',
    AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION: 'False',
    AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS: 'True',
    AIRFLOW__CORE__EXECUTION_API_SERVER_URL: `${url}/execution/`,
    // Each is forked at the start. A run's work is in processes of its own.
    AIRFLOW__CORE__PARALLELISM: '8',
    AIRFLOW__API__HOST: '127.0.0.1',
    AIRFLOW__API__PORT: String(port),
    AIRFLOW__API__BASE_URL: url,
    AIRFLOW__API__WORKERS: '1',
    AIRFLOW__LOGGING__WORKER_LOG_SERVER_PORT: String(logPorts.worker),
    AIRFLOW__LOGGING__TRIGGER_LOG_SERVER_PORT: String(logPorts.triggerer),
    AIRFLOW__SCHEDULER__SCHEDULER_HEARTBEAT_SEC: '1',
    AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL: '10',
    AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES: '1',
    AIRFLOW__USAGE_DATA_COLLECTION__ENABLED: 'False',
    // Nobody listens, and each task would start a process to tell.
    AIRFLOW__OPENLINEAGE__DISABLED: 'True',
  };
}
