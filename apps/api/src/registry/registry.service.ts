import { Injectable } from '@nestjs/common';
import type { ModelInput, ModelOutput, ModelRegistered } from '@griffin/contracts';
import { Database, type Tx } from '@griffin/database';
import { Outbox } from '@griffin/messaging';
import { Remembered } from '@griffin/platform';
import { v7 as uuid } from 'uuid';
import { formatReference, type Reference } from '../references/reference.ts';
import { AliasRepository } from './alias.repository.ts';
import type { ModelVersionEntity } from './model-version.entity.ts';
import type { RegisteredModelEntity } from './registered-model.entity.ts';
import { ModelUnknown, ModelVersionUnknown } from './registry.errors.ts';
import { RegistryRepository } from './registry.repository.ts';

export interface Registration {
  projectId: string;
  runId: string;
  modelName: string;
  output: ModelOutput;
  metrics: Record<string, number>;
  datasetVersionId: string | null;
  architectureId: string | null;
  causedBy: string;
}

/** A version with the model it is one of. */
export interface FoundVersion {
  model: RegisteredModelEntity;
  version: ModelVersionEntity;
}

@Injectable()
export class RegistryService {
  /** A version never changes. */
  private readonly knownVersions = new Remembered<ModelInput>(1000);

  constructor(
    private readonly database: Database,
    private readonly registry: RegistryRepository,
    private readonly aliases: AliasRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Registers what a run trained as the next version of `modelName`, in the transaction that makes the run succeed. */
  async register(tx: Tx, given: Registration): Promise<{ id: string; name: string; version: number }> {
    const { modelName, causedBy, ...rest } = given;
    const modelId = await this.registry.ensureModel(tx, uuid(), given.projectId, modelName);
    const version = await this.registry.addVersion(tx, { id: uuid(), modelId, ...rest });
    await this.outbox.append(tx, {
      type: 'model.registered',
      subject: version.id,
      projectId: given.projectId,
      revision: 1,
      causedBy,
      data: asEvent(version, modelName),
    });
    return { id: version.id, name: modelName, version: version.version };
  }

  /** The model version that a run is to use. */
  async resolve(tx: Tx, projectId: string, reference: Reference): Promise<ModelInput> {
    const key = `${projectId}:${formatReference(reference)}`;
    const known = this.knownVersions.get(key);
    if (known) return known;
    const { model, version } = await this.find(tx, projectId, reference);
    const { id, output } = version;
    const input: ModelInput = { type: 'model', id, name: model.name, version: version.version, uri: output.uri };
    if (reference.version !== null) this.knownVersions.set(key, input);
    return input;
  }

  /** Throws `ModelUnknown` or `ModelVersionUnknown`. */
  async find(tx: Tx, projectId: string, reference: Reference, at?: Date): Promise<FoundVersion> {
    const model = await this.registry.findModel(tx, projectId, reference.name);
    if (!model) throw new ModelUnknown(reference.name);
    const version = await this.select(tx, model.id, reference, at);
    if (!version) throw new ModelVersionUnknown(model.name, reference.version ?? reference.alias);
    return { model, version };
  }

  async get(projectId: string, reference: Reference, at?: Date): Promise<FoundVersion> {
    return this.find(this.database.manager, projectId, reference, at);
  }

  private async select(tx: Tx, modelId: string, { version, alias }: Reference, at?: Date) {
    const number = alias === null ? version : await this.aliases.versionAt(tx, modelId, alias, at);
    if (number !== null) return this.registry.findVersion(tx, modelId, number);
    return alias === null ? this.registry.newestVersion(tx, modelId) : null;
  }
}

function asEvent(version: ModelVersionEntity, name: string): ModelRegistered {
  return {
    id: version.id,
    name,
    version: version.version,
    run_id: version.runId,
    dataset_version_id: version.datasetVersionId,
    architecture_id: version.architectureId,
    metrics: version.metrics,
    output: version.output,
    registered_at: version.registeredAt.toISOString(),
  };
}
