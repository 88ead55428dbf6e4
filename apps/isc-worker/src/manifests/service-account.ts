import type { ResolvedRunSpec } from '@griffin/contracts';
import type { V1RoleBinding, V1ServiceAccount } from '@kubernetes/client-node';
import { defaultServiceAccount, definitionLabels, roleBindingOf } from './names.ts';

/** The account that the runs of a definition act as. */
export function serviceAccountOf({ authorization }: Pick<ResolvedRunSpec, 'authorization'>): string {
  return authorization?.service_account ?? defaultServiceAccount;
}

/** Its token is only mounted where a role makes it good for something. */
export function serviceAccount(namespace: string, installation: string, spec: ResolvedRunSpec): V1ServiceAccount {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name: serviceAccountOf(spec), namespace, labels: definitionLabels(installation, spec) },
    automountServiceAccountToken: false,
  };
}

/** Binds ClusterRoles that the platform's engineers made, within the definition's namespace alone. */
export function roleBindings(namespace: string, installation: string, spec: ResolvedRunSpec): V1RoleBinding[] {
  return (spec.authorization?.roles ?? []).map((role) => ({
    apiVersion: 'rbac.authorization.k8s.io/v1',
    kind: 'RoleBinding',
    metadata: { name: roleBindingOf(role), namespace, labels: definitionLabels(installation, spec) },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: role },
    subjects: [{ kind: 'ServiceAccount', name: serviceAccountOf(spec), namespace }],
  }));
}
