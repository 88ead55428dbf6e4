import { hash } from 'node:crypto';
import type { ResolvedRunSpec } from '@griffin/contracts';
import type { KubernetesObject } from '@kubernetes/client-node';
import type { AttemptRef } from '../backend/attempt.ts';

/** Server-side apply remembers under this name which fields are ours. */
export const fieldManager = 'griffin-isc-worker';

const domain = 'griffin.dev';

/** On everything that we make. */
export const labels = {
  managedBy: 'app.kubernetes.io/managed-by',
  installation: `${domain}/installation`,
  project: `${domain}/project-id`,
  definition: `${domain}/definition-id`,
  run: `${domain}/run-id`,
  attempt: `${domain}/attempt`,
  /** `head`, `worker` or `container`: what a pod is to its attempt. */
  role: `${domain}/role`,
  /** Which shared environment an attempt took. */
  environment: `${domain}/environment`,
} as const;

/** For people who look at a namespace: what a label cannot hold. */
export const definitionAnnotation = `${domain}/definition`;
/** The version of it that the namespace is as. */
export const definitionVersionAnnotation = `${domain}/definition-version`;
export const runAnnotation = `${domain}/run`;
/** Of a shared environment: when an attempt took it last. */
export const usedAnnotation = `${domain}/used-at`;
/** Of a secret: which projects may have it. */
export const projectsAnnotation = `${domain}/projects`;
/** Of a pod whose container does not store its log: below which root of artifacts the worker is to. */
export const logRootAnnotation = `${domain}/log-root`;

/** Of a namespace, by the cluster's engineers: its pods may call dashboards. */
export const callsDashboardsLabel = `${domain}/calls-dashboards`;
/** Kubernetes' own: which level of Pod Security the pods of a namespace must follow. */
export const podSecurityLabel = 'pod-security.kubernetes.io/enforce';

/** Of what a definition's namespace has one of: its network policy, quota and limits. */
export const sharedName = 'griffin';
/** The account of runs whose definition names none. */
export const defaultServiceAccount = 'griffin-run';

export type PodRole = 'head' | 'worker' | 'container';

/** One per definition of an installation, shared by its runs. The id's hash: a name may be taken again for another definition. */
export function namespaceOf(installation: string, { definition }: { definition: { id: string } }): string {
  return `griffin-${installation}-${shortHash(definition.id)}`;
}

/** Of all that belongs to one attempt. At most 43 characters: KubeRay adds to it, and allows 47. */
export function attemptName({ runId, attempt }: AttemptRef): string {
  return `run-${runId}-${attempt}`;
}

/** Of the head of its Ray cluster. */
export function headServiceOf(attempt: AttemptRef): string {
  return `${attemptName(attempt)}-head-svc`;
}

/** Of the binding that gives a definition's runs a ClusterRole. */
export function roleBindingOf(role: string): string {
  return `griffin-${role}`;
}

/**
 * Of the environment that attempts of a definition's version share: by what its secrets are copied from too, so that a
 * source that changed makes another copy.
 */
export function environmentName(
  { definition }: Pick<ResolvedRunSpec, 'definition'>,
  sources: KubernetesObject[],
): string {
  const version = `definition-v${definition.version}`;
  if (sources.length === 0) return version;
  const seen = sources.map(({ metadata }) => [metadata?.name, metadata?.uid, metadata?.resourceVersion]);
  return `${version}-${shortHash(JSON.stringify(seen))}`;
}

/**
 * Of the secret that it owns. It has a part of its owner's uid: one that is made again must not take the secret of the one
 * before for its own, which is about to go.
 */
export function environmentSecretName(owner: { name: string; uid: string }): string {
  return `${owner.name}-${owner.uid.slice(0, 8)}`;
}

export function definitionLabels(installation: string, spec: ResolvedRunSpec): Record<string, string> {
  return {
    [labels.managedBy]: 'griffin',
    [labels.installation]: installation,
    [labels.project]: spec.project_id,
    [labels.definition]: spec.definition.id,
  };
}

export function attemptLabels(installation: string, spec: ResolvedRunSpec, attempt: number): Record<string, string> {
  return {
    ...definitionLabels(installation, spec),
    [labels.run]: spec.run_id,
    [labels.attempt]: String(attempt),
  };
}

/** Whether an object says that it is the definition's and this installation's. What does not is none of ours to change. */
export function isOfDefinition({ metadata }: KubernetesObject, installation: string, definitionId: string): boolean {
  const has = metadata?.labels ?? {};
  return (
    has[labels.managedBy] === 'griffin' &&
    has[labels.installation] === installation &&
    has[labels.definition] === definitionId
  );
}

/** Whether an object is where those of the definition are that it names: somebody may have copied it, with all its labels. */
export function isInItsNamespace({ metadata }: KubernetesObject, installation: string): boolean {
  const id = metadata?.labels?.[labels.definition] ?? '';
  return metadata?.namespace === namespaceOf(installation, { definition: { id } });
}

/** Which attempt an object says that it belongs to; undefined for what is not one's. */
export function attemptOf(labelled: Record<string, string> | undefined): AttemptRef | undefined {
  const [runId, attempt] = [labelled?.[labels.run], Number(labelled?.[labels.attempt])];
  return runId !== undefined && Number.isInteger(attempt) ? { runId, attempt } : undefined;
}

/** What selects everything of an installation. */
export function selectorOf(installation: string): string {
  return `${labels.managedBy}=griffin,${labels.installation}=${installation}`;
}

/** What selects everything of one of its definitions. */
export function definitionSelectorOf(installation: string, { definition }: { definition: { id: string } }): string {
  return `${selectorOf(installation)},${labels.definition}=${definition.id}`;
}

const shortHash = (text: string) => hash('sha256', text).slice(0, 12);
