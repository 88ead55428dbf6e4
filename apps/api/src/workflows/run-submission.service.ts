import { Inject, Injectable } from '@nestjs/common';
import { artifactLayout, type ResolvedRunSpec, type RunInput } from '@griffin/contracts';
import type { Tx } from '@griffin/database';
import { about, canonicalDigest, InvalidInputError } from '@griffin/platform';
import { v7 as uuid } from 'uuid';
import { DatasetService } from '../datasets/dataset.service.ts';
import { ModelStoreService } from '../model-store/model-store.service.ts';
import { ProjectService } from '../projects/project.service.ts';
import { readReference, type Reference } from '../references/reference.ts';
import { RegistryService } from '../registry/registry.service.ts';
import { RuntimesService } from '../runtimes/runtimes.service.ts';
import { containerFaults } from '../workflow-definitions/domain/container.ts';
import type { DefinitionBody } from '../workflow-definitions/domain/definition-body.ts';
import { hiddenSecrets } from '../workflow-definitions/domain/secret-faults.ts';
import { DefinitionService, platformPrefix, type Definition } from '../workflow-definitions/definition.service.ts';
import { leaseUntil } from './domain/owner-lease.ts';
import { ownerKey, type OwnerRef } from './domain/owner.ts';
import { resolveSpec, resourceFaults, type Layer } from './domain/resolve-spec.ts';
import { missingNeeds } from './domain/run-needs.ts';
import { newRun } from './domain/run.ts';
import type { RunEntity } from './run.entity.ts';
import { RunLife } from './run-life.service.ts';

export const artifactRoot = Symbol('artifact root');

interface Inputs {
  dataset?: string;
  model?: string;
}

/** What a submission says: its definition, and what this run has otherwise. */
export interface RunRequest extends Omit<Layer, 'outputs'> {
  definition: Reference;
  name?: string;
  inputs?: Inputs;
  outputs?: { model?: { name: string } };
  seed?: number;
  runtime?: string;
  tags?: string[];
}

/** Who a run works for, and for how long it does so though nobody asks for it; without end when null. */
export interface RunOwner {
  ref: OwnerRef;
  leaseSeconds: number | null;
}

/** A run of the platform's own. */
export interface BuiltInRun {
  projectId: string;
  kind: DefinitionBody['kind'];
  runtime: string;
  name: string;
  config: Record<string, unknown>;
  inputs: RunInput[];
  outputs: ResolvedRunSpec['outputs'];
  causedBy: string;
}

/** Turns a submission into a run: resolves its spec, once, and brings it to life. */
@Injectable()
export class RunSubmission {
  constructor(
    private readonly definitions: DefinitionService,
    private readonly runtimes: RuntimesService,
    private readonly modelStore: ModelStoreService,
    private readonly datasets: DatasetService,
    private readonly registry: RegistryService,
    private readonly projects: ProjectService,
    private readonly life: RunLife,
    @Inject(artifactRoot) private readonly artifacts: string,
  ) {}

  /** The spec that a run of this request would be frozen to. Refuses what no backend could run. */
  async resolve(tx: Tx, projectId: string, request: RunRequest): Promise<ResolvedRunSpec> {
    const found = await this.definitions.resolve(tx, projectId, request.definition).catch(about('/definition'));
    return this.resolveFor(tx, projectId, request, found);
  }

  /** Brings a run of this request to life in the caller's transaction, until whose end its definition cannot be deleted. */
  async submit(
    tx: Tx,
    projectId: string,
    request: RunRequest,
    more: { owner: RunOwner | null; causedBy: string },
  ): Promise<RunEntity> {
    const found = await this.definitions.hold(tx, projectId, request.definition).catch(about('/definition'));
    const spec = await this.resolveFor(tx, projectId, request, found);
    return this.begin(tx, spec, { tags: request.tags ?? [], ...more });
  }

  /** Submits a run of the platform's own in the caller's transaction. Its definition is made at its first use. */
  async submitBuiltIn(
    tx: Tx,
    { projectId, name, inputs, outputs, causedBy, ...given }: BuiltInRun,
  ): Promise<{ runId: string }> {
    const body = builtInBody(given.kind, given.runtime);
    const found = await this.definitions.ensureBuiltIn(tx, projectId, `${platformPrefix}${given.kind}`, body);
    const request = { config: given.config, outputs };
    const spec = await this.freeze(tx, { projectId, name, found, request, inputs });
    const run = await this.begin(tx, spec, { tags: [], owner: null, causedBy });
    return { runId: run.id };
  }

  private async resolveFor(
    tx: Tx,
    projectId: string,
    request: RunRequest,
    found: Definition,
  ): Promise<ResolvedRunSpec> {
    const inputs = await this.resolveInputs(tx, projectId, found.version.body.inputs, request.inputs ?? {});
    const name = request.name ?? found.definition.name;
    return this.freeze(tx, { projectId, name, found, request, inputs });
  }

  private async begin(
    tx: Tx,
    spec: ResolvedRunSpec,
    more: { tags: string[]; owner: RunOwner | null; causedBy: string },
  ): Promise<RunEntity> {
    const entity = newEntity(spec, more.tags, more.owner);
    await this.life.begin(tx, entity, more.causedBy);
    return entity;
  }

  private async freeze(
    tx: Tx,
    given: {
      projectId: string;
      name: string;
      found: Definition;
      request: Layer & Pick<RunRequest, 'seed' | 'runtime'>;
      inputs: RunInput[];
    },
  ): Promise<ResolvedRunSpec> {
    const { projectId, name, request, inputs } = given;
    const { definition, version } = given.found;
    const runtime = this.runtimes.getFor(version.body.kind, request.runtime ?? version.body.runtime, '/runtime');
    const architecture = await this.architecture(tx, projectId, version.body.architecture);
    const runId = uuid();
    const { secrets = [] } = version.body;
    const projectName = secrets.length > 0 ? await this.projects.nameOf(tx, projectId) : undefined;
    const root = artifactLayout.runRoot(this.artifacts, projectId, runId);
    const identity = { runId, projectId, projectName, name, artifactRoot: root };
    const layer = { ...version.body, id: definition.id, name: definition.name, version: version.version };
    const layers = { runtime, architecture, definition: layer, run: request };
    const spec = resolveSpec(identity, layers, inputs, canonicalDigest);
    const settings = this.runtimes.configErrors(runtime, spec.kind, spec.config);
    const hidden = hiddenSecrets(secrets, request.env);
    const image = containerFaults(runtime, version.body.container);
    const faults = [...missingNeeds(spec), ...image, ...settings, ...resourceFaults(spec), ...hidden];
    if (faults.length > 0) throw new InvalidInputError(faults);
    return spec;
  }

  private async architecture(tx: Tx, projectId: string, reference: string | null) {
    return reference === null ? null : this.modelStore.resolve(tx, projectId, readReference(reference));
  }

  /** What the request says goes before what its definition does. */
  private async resolveInputs(tx: Tx, projectId: string, defined: Inputs, asked: Inputs): Promise<RunInput[]> {
    const { dataset, model } = { ...defined, ...asked };
    const place = (input: keyof Inputs) => about(asked[input] === undefined ? '/definition' : `/inputs/${input}`);
    const inputs: RunInput[] = [];
    if (dataset !== undefined) {
      inputs.push(await this.datasets.resolveReady(tx, projectId, readReference(dataset)).catch(place('dataset')));
    }
    if (model !== undefined) {
      inputs.push(await this.registry.resolve(tx, projectId, readReference(model)).catch(place('model')));
    }
    return inputs;
  }
}

function builtInBody(kind: DefinitionBody['kind'], runtime: string): DefinitionBody {
  return {
    stage: 'production',
    kind,
    runtime,
    architecture: null,
    inputs: {},
    outputs: {},
    config: {},
    resources: {},
    env: {},
    authorization: {},
    limits: { max_attempts: 3 },
    description: 'Made by Griffin for work of its own.',
    tags: [],
  };
}

function newEntity(spec: ResolvedRunSpec, tags: string[], owner: RunOwner | null): RunEntity {
  const now = new Date();
  const { ref = null, leaseSeconds = null } = owner ?? {};
  return {
    ...newRun(spec, now),
    projectId: spec.project_id,
    name: spec.name,
    kind: spec.kind,
    definitionName: spec.definition.name,
    definitionVersion: spec.definition.version,
    tags,
    modelVersion: null,
    datasetVersion: null,
    progress: null,
    ownerKey: ref && ownerKey(ref),
    ownerRef: ref,
    ownerLeaseSeconds: leaseSeconds,
    ownerLeaseUntil: leaseSeconds === null ? null : leaseUntil(leaseSeconds, now),
    createdAt: now,
    deadlineAt: new Date(now.getTime() + spec.limits.run_timeout_seconds * 1000),
    heardAt: now,
  };
}
