import type { KubernetesObject, V1OwnerReference } from '@kubernetes/client-node';

/** What makes an object go with `owner`, as the API server answered it: and before it, where it is deleted in the foreground. */
export function ownerOf({ apiVersion, kind, metadata }: KubernetesObject): V1OwnerReference {
  const { name, uid } = metadata ?? {};
  return { apiVersion: apiVersion!, kind: kind!, name: name!, uid: uid!, controller: false, blockOwnerDeletion: true };
}
