import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { Outbox } from '@griffin/messaging';
import type { Caller } from '../auth/caller.ts';
import type { AliasMoveEntity } from './alias-move.entity.ts';
import { AliasRepository, type PointingAlias } from './alias.repository.ts';
import type { RegisteredModelEntity } from './registered-model.entity.ts';
import { ModelUnknown, ModelVersionUnknown } from './registry.errors.ts';
import { RegistryRepository } from './registry.repository.ts';

@Injectable()
export class AliasService {
  constructor(
    private readonly database: Database,
    private readonly registry: RegistryRepository,
    private readonly aliases: AliasRepository,
    private readonly outbox: Outbox,
  ) {}

  /** Makes `alias` point to `version`, or to nothing (null). Pointing where it points already changes nothing. */
  async move(caller: Caller, name: string, alias: string, version: number | null): Promise<void> {
    await this.database.transaction('alias.move', async (tx) => {
      const model = await this.registry.lockModel(tx, caller.projectId, name);
      if (!model) throw new ModelUnknown(name);
      const target = version === null ? null : await this.registry.findVersion(tx, model.id, version);
      if (version !== null && !target) throw new ModelVersionUnknown(name, version);
      const from = await this.aliases.versionAt(tx, model.id, alias);
      if (from === version) return;
      const { projectId, actor: movedBy } = caller;
      const move = await this.aliases.append(tx, { projectId, modelId: model.id, alias, version, movedBy });
      await this.publish(tx, model, move, from, target?.id ?? null);
    });
  }

  /** Where the aliases of the model pointed, now without `at`; one row more than `limit`, when there are more. */
  async list(
    projectId: string,
    name: string,
    at: Date | undefined,
    afterAlias: string,
    limit: number,
  ): Promise<PointingAlias[]> {
    const { id } = await this.model(projectId, name);
    return this.aliases.pointing(this.database.manager, id, at, afterAlias, limit + 1);
  }

  /** The moves of the alias, the newest first; one row more than `limit`, when there are more. */
  async history(
    projectId: string,
    name: string,
    alias: string,
    beforeId: string | null,
    limit: number,
  ): Promise<AliasMoveEntity[]> {
    const { id } = await this.model(projectId, name);
    return this.aliases.history(this.database.manager, id, alias, beforeId, limit + 1);
  }

  private async model(projectId: string, name: string): Promise<RegisteredModelEntity> {
    const model = await this.registry.findModel(this.database.manager, projectId, name);
    if (!model) throw new ModelUnknown(name);
    return model;
  }

  private async publish(
    tx: Tx,
    model: RegisteredModelEntity,
    move: AliasMoveEntity,
    from: number | null,
    modelVersionId: string | null,
  ): Promise<void> {
    await this.outbox.append(tx, {
      type: 'model.alias-moved',
      subject: model.id,
      projectId: model.projectId,
      revision: Number(move.id),
      causedBy: move.movedBy,
      data: {
        model_id: model.id,
        name: model.name,
        alias: move.alias,
        from_version: from,
        to_version: move.version,
        model_version_id: modelVersionId,
        moved_at: move.movedAt.toISOString(),
      },
    });
  }
}
