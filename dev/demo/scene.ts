import { KubeConfig, CoreV1Api } from '@kubernetes/client-node';
import type { ClusterState } from '../../libs/testing/src/index.ts';
import { processesWith } from '../stack/marked-processes.ts';
import type { Stack } from '../stack/start-stack.ts';
import { GriffinClient } from './client.ts';
import type { Scene } from './steps/waiting.ts';
import type { Terminal } from './terminal.ts';

/** What the journey works with on a stack, whose runs are on `cluster` or on this machine. */
export function sceneOf(stack: Stack, terminal: Terminal, cluster: ClusterState | undefined): Scene {
  const { apiUrl, token, state } = stack;
  return {
    api: new GriffinClient(apiUrl, token),
    token,
    terminal,
    python: state.runtimesPython,
    s3: s3Variables(stack),
    working: cluster ? podsIn(cluster) : processes,
  };
}

function s3Variables({ s3 }: Stack): Record<string, string> {
  if (!s3) return {};
  return {
    GRIFFIN_S3_ENDPOINT: s3.endpoint,
    GRIFFIN_S3_REGION: s3.region,
    GRIFFIN_S3_ACCESS_KEY: s3.accessKey,
    GRIFFIN_S3_SECRET_KEY: s3.secretKey,
  };
}

const processes = (runId: string) =>
  Promise.resolve(processesWith({ GRIFFIN_RUN_ID: runId }).map((pid) => `process ${pid}`));

function podsIn({ kubeconfig }: ClusterState) {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  return async (runId: string) => {
    const { items } = await core.listPodForAllNamespaces({ labelSelector: `griffin.dev/run-id=${runId}` });
    const computing = items.filter(({ status }) => !['Succeeded', 'Failed'].includes(status?.phase ?? ''));
    return computing.map(({ metadata }) => `pod ${metadata?.name}`);
  };
}
