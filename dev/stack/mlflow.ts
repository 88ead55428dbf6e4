import { dirname, join } from 'node:path';
import type { ProcessDefinition } from './managed-process.ts';
import { inherited, localUrl } from './services.ts';
import type { StateFolder } from './state-folder.ts';

/** The MLflow server: one worker, SQLite and its artifacts in the state folder, no telemetry. */
export function mlflowDefinition(state: StateFolder, port: number, host: string): ProcessDefinition {
  const bin = dirname(state.mlflowPython);
  const options = {
    'backend-store-uri': `sqlite:///${join(state.mlflow, 'mlflow.db')}`,
    'artifacts-destination': join(state.mlflow, 'artifacts'),
    host,
    port: String(port),
    workers: '1',
  };
  return {
    name: 'mlflow',
    command: [
      state.mlflowPython,
      '-m',
      'mlflow',
      'server',
      '--serve-artifacts',
      ...Object.entries(options).flatMap(([name, value]) => [`--${name}`, value]),
    ],
    env: {
      ...inherited(state),
      PATH: `${bin}:${process.env['PATH'] ?? ''}`,
      MLFLOW_SERVER_ENABLE_JOB_EXECUTION: 'false',
      MLFLOW_DISABLE_TELEMETRY: 'true',
    },
    logFile: join(state.logs, 'mlflow.log'),
    readyUrl: `${localUrl(port, host)}/health`,
    cwd: state.mlflow,
  };
}
