import { randomBytes } from 'node:crypto';
import { type KubeConfig, RbacAuthorizationV1Api, type V1PolicyRule } from '@kubernetes/client-node';
import { workerAccount } from '../../../dev/stack/cluster-access.ts';

/** A ClusterRole that definitions may name. */
export interface BindableRole {
  name: string;
  remove(): Promise<void>;
}

const apiGroup = 'rbac.authorization.k8s.io';

/** Makes one as whoever runs a platform does: the worker is let bind it. */
export async function makeBindableRole(config: KubeConfig, rules: V1PolicyRule[]): Promise<BindableRole> {
  const rbac = config.makeApiClient(RbacAuthorizationV1Api);
  const name = `griffin-test-${randomBytes(4).toString('hex')}`;
  const right = `${name}-bind`;
  const mayBind = { apiGroups: [apiGroup], resources: ['clusterroles'], resourceNames: [name], verbs: ['bind'] };
  await rbac.createClusterRole({ body: { metadata: { name }, rules } });
  await rbac.createClusterRole({ body: { metadata: { name: right }, rules: [mayBind] } });
  const roleRef = { apiGroup, kind: 'ClusterRole', name: right };
  const subjects = [{ kind: 'ServiceAccount', ...workerAccount }];
  await rbac.createClusterRoleBinding({ body: { metadata: { name: right }, roleRef, subjects } });
  return {
    name,
    remove: async () => {
      await rbac.deleteClusterRoleBinding({ name: right });
      for (const one of [right, name]) await rbac.deleteClusterRole({ name: one });
    },
  };
}
