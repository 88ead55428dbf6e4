import { randomBytes } from 'node:crypto';
import { CoreV1Api, KubeConfig, SchedulingV1Api } from '@kubernetes/client-node';
import { secretsNamespace as namespace } from '../../../dev/stack/cluster-access.ts';
import type { ClusterState } from '../../../libs/testing/src/index.ts';
import { makeBindableRole } from './bindable-role.ts';

/** Of the pods that have the priority class. */
export const priority = 1000;

/** What must be there for a definition that has one of everything, and what such a definition says of it. */
export interface DefinitionNeeds {
  says: object;
  /** The name of one that displaces nobody. */
  priorityClass: string;
  remove(): Promise<void>;
}

/** Makes them in a cluster whose worker has its rights already: with these comes the namespace of secrets. */
export async function makeDefinitionNeeds({ kubeconfig }: ClusterState): Promise<DefinitionNeeds> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const core = config.makeApiClient(CoreV1Api);
  const scheduling = config.makeApiClient(SchedulingV1Api);
  const name = `griffin-needs-${randomBytes(4).toString('hex')}`;
  const role = await makeBindableRole(config, []);
  const metadata = { name, annotations: { 'griffin.dev/projects': '*' } };
  await core.createNamespacedSecret({ namespace, body: { metadata, stringData: { token: 'not so secret' } } });
  await scheduling.createPriorityClass({ body: { metadata: { name }, value: priority, preemptionPolicy: 'Never' } });
  return {
    says: {
      authorization: { service_account: 'needs', roles: [role.name] },
      quota: { hard: { pods: '100' }, container_max: { cpu: '8' } },
      env: { COLOUR: 'blue' },
      secrets: [{ env: 'HF_TOKEN', secret: name, key: 'token' }],
    },
    priorityClass: name,
    remove: async () => {
      await scheduling.deletePriorityClass({ name });
      await role.remove();
      await core.deleteNamespacedSecret({ name, namespace });
    },
  };
}
