import { Module, type DynamicModule } from '@nestjs/common';
import { Database, DatabaseModule } from '@griffin/database';
import { MessagingModule } from '@griffin/messaging';
import { artifactStoreFrom, busSettings, EnvironmentError, HealthModule } from '@griffin/platform';
import { DefinitionsModule } from './definitions/definitions.module.ts';
import { inheritedEnvironment, type Environment } from './environment.ts';
import { KubernetesModule } from './kubernetes/kubernetes.module.ts';
import { clusterSettings } from './kubernetes/kubernetes-variables.ts';
import { LocalModule } from './local/local.module.ts';
import { RequestsModule } from './requests/requests.module.ts';
import { schema } from './schema.ts';
import type { AttemptSettings } from './workloads/attempt-environment.ts';
import { WorkloadsModule } from './workloads/workloads.module.ts';

/** Turns what api wants into attempts on a cluster, and tells what becomes of them. */
@Module({})
export class AppModule {
  static forEnvironment(environment: Environment): DynamicModule {
    const backend = backendFor(environment);
    const definitions = DefinitionsModule.forService(backend);
    const workloads = WorkloadsModule.forService(
      [backend, definitions],
      attemptSettings(environment),
      environment.GRIFFIN_ATTEMPTS_AT_ONCE,
    );
    return {
      module: AppModule,
      imports: [
        DatabaseModule.forService({ url: environment.GRIFFIN_DATABASE_URL, ...schema }),
        MessagingModule.forService({
          service: 'isc-worker',
          installation: environment.GRIFFIN_INSTALLATION,
          bus: busSettings(environment),
          ignores: [],
        }),
        HealthModule.forService({
          inject: [Database],
          checks: (database: Database) => ({ database: () => database.manager.query('SELECT 1') }),
        }),
        definitions,
        workloads,
        RequestsModule.forService(workloads),
      ],
    };
  }
}

function backendFor(environment: Environment): DynamicModule {
  return environment.GRIFFIN_BACKEND === 'kubernetes' ? onKubernetes(environment) : onThisMachine(environment);
}

function onThisMachine(environment: Environment): DynamicModule {
  const { GRIFFIN_STATE_DIR: stateDir, GRIFFIN_RUNTIMES_PYTHON: python, GRIFFIN_LOCAL_CPUS: cpus } = environment;
  if (stateDir === undefined || python === undefined) {
    throw new EnvironmentError(['GRIFFIN_BACKEND is local: set GRIFFIN_STATE_DIR and GRIFFIN_RUNTIMES_PYTHON']);
  }
  return LocalModule.forService({ stateDir, python, cpus, inherited: inheritedEnvironment() });
}

function onKubernetes(environment: Environment): DynamicModule {
  const logs = { store: artifactStoreFrom(environment), databaseUrl: environment.GRIFFIN_DATABASE_URL };
  return KubernetesModule.forService(environment.GRIFFIN_KUBECONFIG, clusterSettings(environment), logs);
}

function attemptSettings(environment: Environment): AttemptSettings {
  return {
    apiUrl: environment.GRIFFIN_API_URL,
    runTokenPrivateKey: environment.GRIFFIN_RUN_TOKEN_PRIVATE_KEY,
    mlflowUrl: environment.GRIFFIN_MLFLOW_URL,
    s3: s3Variables(environment),
  };
}

function s3Variables(environment: Environment): Record<string, string> {
  const given = Object.entries(environment).filter(([name]) => name.startsWith('GRIFFIN_S3_'));
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]));
}
