import { Injectable } from '@nestjs/common';
import { Database } from '@griffin/database';
import { AliasRepository } from './alias.repository.ts';
import type { ModelVersionEntity } from './model-version.entity.ts';
import type { RegisteredModelEntity } from './registered-model.entity.ts';
import { ModelUnknown } from './registry.errors.ts';
import { RegistryRepository } from './registry.repository.ts';

/** A registered model and where its aliases point now. */
export interface ModelWithAliases {
  model: RegisteredModelEntity;
  aliases: Record<string, number>;
}

/** What the registry shows of itself. */
@Injectable()
export class RegistryCatalogue {
  constructor(
    private readonly database: Database,
    private readonly registry: RegistryRepository,
    private readonly aliases: AliasRepository,
  ) {}

  /** One row more than `limit`, when there are more. */
  async models(projectId: string, afterName: string, limit: number): Promise<ModelWithAliases[]> {
    const models = await this.registry.listModels(this.database.manager, projectId, afterName, limit + 1);
    return this.withAliases(models);
  }

  async model(projectId: string, name: string): Promise<ModelWithAliases> {
    const model = await this.registry.findModel(this.database.manager, projectId, name);
    if (!model) throw new ModelUnknown(name);
    const [found] = await this.withAliases([model]);
    return found as ModelWithAliases;
  }

  /** One row more than `limit`, when there are more. */
  async versions(projectId: string, name: string, beforeVersion: number, limit: number): Promise<ModelVersionEntity[]> {
    const { model } = await this.model(projectId, name);
    return this.registry.listVersions(this.database.manager, model.id, beforeVersion, limit + 1);
  }

  private async withAliases(models: RegisteredModelEntity[]): Promise<ModelWithAliases[]> {
    const ids = models.map(({ id }) => id);
    const all = await this.aliases.current(this.database.manager, ids);
    return models.map((model) => {
      const own = all.filter(({ modelId }) => modelId === model.id);
      return { model, aliases: Object.fromEntries(own.map(({ alias, version }) => [alias, version])) };
    });
  }
}
