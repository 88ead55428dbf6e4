import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const repository = resolve(import.meta.dirname, '../..');

/** Where everything lies that an installation on this machine generates. */
export interface StateFolder {
  root: string;
  keys: string;
  logs: string;
  artifacts: string;
  postgres: string;
  kafka: string;
  s3: string;
  mlflow: string;
  supervisorLock: string;
  /** What was installed: shared by all installations of this checkout. */
  runtimesPython: string;
  mlflowPython: string;
  sdkPython: string;
  airflowPython: string;
}

/** The state folder at `root`, made if absent. `root` defaults to GRIFFIN_STATE_DIR, or `.griffin` in the checkout. */
export function openStateFolder(root?: string): StateFolder {
  const installed = resolve(process.env['GRIFFIN_STATE_DIR'] ?? join(repository, '.griffin'));
  const folder = resolve(root ?? installed);
  const state: StateFolder = {
    root: folder,
    keys: join(folder, 'keys'),
    logs: join(folder, 'logs'),
    artifacts: join(folder, 'artifacts'),
    postgres: join(folder, 'postgres', 'data'),
    kafka: join(folder, 'kafka'),
    s3: join(folder, 's3'),
    mlflow: join(folder, 'mlflow'),
    supervisorLock: join(folder, 'supervisor.json'),
    runtimesPython: join(installed, 'venvs/runtimes/bin/python'),
    mlflowPython: join(installed, 'venvs/mlflow/bin/python'),
    sdkPython: join(installed, 'venvs/sdk/bin/python'),
    airflowPython: join(installed, 'venvs/airflow/bin/python'),
  };
  mkdirSync(state.keys, { recursive: true, mode: 0o700 });
  for (const path of [state.logs, state.artifacts, state.kafka, state.s3, state.mlflow])
    mkdirSync(path, { recursive: true });
  return state;
}

export { repository };
