import type { Authorization, Placement, Quota, Resources, RunKind, SecretReference } from '@griffin/contracts';
import type { Container } from './container.ts';

/** Which inputs and outputs a run of a definition has, by reference. */
export interface DefinitionInputs {
  dataset?: string;
  model?: string;
}
export interface DefinitionOutputs {
  model?: { name: string };
}

/** What a version of a workflow definition says. */
export interface DefinitionBody {
  stage: 'prototype' | 'production';
  kind: RunKind;
  runtime: string;
  architecture: string | null;
  inputs: DefinitionInputs;
  outputs: DefinitionOutputs;
  config: Record<string, unknown>;
  resources: Partial<Resources>;
  env: Record<string, string>;
  secrets?: SecretReference[];
  authorization: Authorization;
  /** None of these and of `secrets` is there where it says nothing, as in versions from before there were any. */
  container?: Container;
  placement?: Placement;
  quota?: Quota;
  limits: { max_attempts?: number; run_timeout_seconds?: number };
  description: string;
  tags: string[];
}
