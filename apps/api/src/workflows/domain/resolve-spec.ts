import type {
  Authorization,
  Placement,
  Quota,
  Resources,
  ResolvedRunSpec,
  RunInput,
  RunKind,
  SecretReference,
} from '@griffin/contracts';
import type { Container } from '../../workflow-definitions/domain/container.ts';
import { saying } from '../../workflow-definitions/domain/saying.ts';

/** What the four layers say of a run. A later one wins: runtime < architecture < definition < run. */
export interface SpecLayers {
  runtime: {
    name: string;
    version: string;
    /** Null: that of the definition. */
    image: string | null;
    needs_ray: boolean;
    default_config: Record<string, Record<string, unknown>>;
    default_resources: Resources;
  };
  architecture: {
    id: string;
    name: string;
    version: number;
    framework: string;
    code: string | null;
    defaults: Record<string, unknown>;
  } | null;
  definition: Layer &
    WhereRunsAre & {
      id: string;
      name: string;
      version: number;
      stage: 'prototype' | 'production';
      kind: RunKind;
      secrets?: SecretReference[];
      container?: Container;
    };
  run: Layer & { seed?: number };
}

export interface Layer {
  config?: Record<string, unknown>;
  resources?: Partial<Resources>;
  env?: Record<string, string>;
  limits?: { max_attempts?: number; run_timeout_seconds?: number };
  outputs?: ResolvedRunSpec['outputs'];
}

/** Where and as whom the runs of a definition are on a Kubernetes. No run is elsewhere: its definition owns the namespace. */
export interface WhereRunsAre {
  authorization?: Authorization;
  placement?: Placement;
  quota?: Quota;
}

export interface RunIdentity {
  runId: string;
  projectId: string;
  /** Where it matters. */
  projectName?: string | undefined;
  name: string;
  artifactRoot: string;
}

const defaultLimits = { max_attempts: 1, run_timeout_seconds: 24 * 3600 };

/** The spec that a run is frozen to. `digest` is given what decides the result, and nothing else. */
export function resolveSpec(
  identity: RunIdentity,
  { runtime, architecture, definition, run }: SpecLayers,
  inputs: RunInput[],
  digest: (work: object) => string,
): ResolvedRunSpec {
  const { kind, stage } = definition;
  const { name, version, needs_ray } = runtime;
  const work = {
    kind,
    runtime: { name, version, needs_ray, image: runtime.image ?? '', ...definition.container },
    architecture: architecture && without(architecture, ['code', 'defaults']),
    inputs,
    config: { ...runtime.default_config[kind], ...architecture?.defaults, ...definition.config, ...run.config },
    resources: { ...runtime.default_resources, ...definition.resources, ...run.resources },
    env: { ...definition.env, ...run.env },
    ...saying({ secrets: inOrder(definition.secrets) }),
    code: architecture?.code ?? null,
    seed: run.seed ?? 0,
  };
  return {
    run_id: identity.runId,
    project_id: identity.projectId,
    ...saying({ project_name: identity.projectName }),
    name: identity.name,
    definition: {
      id: definition.id,
      name: definition.name,
      version: definition.version,
      stage,
      ...saying({ env: definition.env }),
    },
    ...work,
    // Not of the work, nor so of its digest: where a run is, and as whom, does not change its result.
    ...whereRunsAre(definition),
    outputs: { ...definition.outputs, ...run.outputs },
    limits: { ...defaultLimits, ...definition.limits, ...run.limits },
    artifact_root: identity.artifactRoot,
    digest: digest(work),
  };
}

/** In whatever order they are said, they are the same work. */
function inOrder(secrets: SecretReference[] = []): SecretReference[] {
  return secrets.toSorted((one, other) => (one.env < other.env ? -1 : 1));
}

function whereRunsAre({ authorization, placement, quota }: WhereRunsAre): WhereRunsAre {
  return saying({ authorization: saying(authorization), placement: saying(placement), quota: saying(quota) });
}

function without<T extends object, K extends keyof T>(value: T, keys: readonly K[]): Omit<T, K> {
  return Object.fromEntries(Object.entries(value).filter(([key]) => !keys.includes(key as K))) as Omit<T, K>;
}

/** What no backend could run, with pointers into the submission. */
export function resourceFaults({ runtime, resources }: ResolvedRunSpec) {
  const faults = [];
  if (resources.workers > 0 !== runtime.needs_ray) {
    const needs = runtime.needs_ray ? 'needs Ray: at least one worker' : 'runs in one container: no workers';
    const message = `the runtime '${runtime.name}' ${needs}`;
    faults.push({ pointer: '/resources/workers', code: 'workers_unsuited', message });
  }
  if (resources.gpu === 0 && resources.gpu_type !== null) {
    const message = `must be null where no GPU is asked for: /resources/gpu is 0`;
    faults.push({ pointer: '/resources/gpu_type', code: 'gpu_type_unsuited', message });
  }
  return faults;
}
