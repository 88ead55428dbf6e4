import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { about, canonicalDigest, InvalidInputError, NotFoundError, Remembered } from '@griffin/platform';
import { v7 as uuid } from 'uuid';
import type { Caller } from '../auth/caller.ts';
import { DatasetService } from '../datasets/dataset.service.ts';
import { ModelStoreService } from '../model-store/model-store.service.ts';
import { formatReference, readReference, type Reference } from '../references/reference.ts';
import { RegistryService } from '../registry/registry.service.ts';
import { RuntimesService } from '../runtimes/runtimes.service.ts';
import { containerFaults } from './domain/container.ts';
import type { DefinitionBody } from './domain/definition-body.ts';
import { placementFaults } from './domain/placement-faults.ts';
import { quotaFaults } from './domain/quota-faults.ts';
import { secretFaults } from './domain/secret-faults.ts';
import type { DefinitionVersionEntity } from './definition-version.entity.ts';
import type { DefinitionEntity } from './definition.entity.ts';
import { DefinitionRepository } from './definition.repository.ts';

export class DefinitionUnknown extends NotFoundError {
  constructor(reference: Reference) {
    super('definition_unknown', `The project has no workflow definition '${formatReference(reference)}'.`);
  }
}

/** A version of a definition. */
export interface Definition {
  definition: DefinitionEntity;
  version: DefinitionVersionEntity;
}

/** Names of the platform's own definitions begin so. */
export const platformPrefix = 'griffin-';

const beyondAnyVersion = 2_147_483_647;

@Injectable()
export class DefinitionService {
  /** A version never changes. */
  private readonly knownVersions = new Remembered<DefinitionVersionEntity>(1000);

  constructor(
    private readonly database: Database,
    private readonly definitions: DefinitionRepository,
    private readonly runtimes: RuntimesService,
    private readonly modelStore: ModelStoreService,
    private readonly datasets: DatasetService,
    private readonly registry: RegistryService,
  ) {}

  /** The next version of `name`; the newest one again, with `created` false, when it says the same. */
  async create(caller: Caller, name: string, body: DefinitionBody): Promise<Definition & { created: boolean }> {
    const errors = [
      ...reserved(name),
      ...placementFaults(body.placement ?? {}),
      ...quotaFaults(body.quota ?? {}),
      ...secretFaults(body.secrets ?? [], body.env),
    ];
    if (errors.length > 0) throw new InvalidInputError(errors);
    return this.database.transaction('definition.add', async (tx) => {
      await this.check(tx, caller.projectId, body);
      return this.add(tx, caller, { name, body, builtIn: false });
    });
  }

  /** The definition that the platform itself runs by; made at its first use. */
  async ensureBuiltIn(tx: Tx, projectId: string, name: string, body: DefinitionBody): Promise<Definition> {
    return this.add(tx, { projectId, actor: 'griffin' }, { name, body, builtIn: true });
  }

  /** Throws `DefinitionUnknown`. */
  async resolve(tx: Tx, projectId: string, reference: Reference): Promise<Definition> {
    return this.versionOf(tx, await this.definitions.find(tx, projectId, reference.name), reference);
  }

  /** As `resolve`, for a run that begins in `tx`: whoever wants to delete the definition meanwhile waits, and then sees the run. */
  async hold(tx: Tx, projectId: string, reference: Reference): Promise<Definition> {
    return this.versionOf(tx, await this.definitions.hold(tx, projectId, reference.name), reference);
  }

  /** With `id` of that very definition, even if it was deleted. */
  async get(projectId: string, name: string, version: number | null, id?: string): Promise<Definition> {
    const { manager } = this.database;
    const definition = await this.definitions.find(manager, projectId, name, id);
    return this.versionOf(manager, definition, { name, version, alias: null });
  }

  /** One row more than `limit`, when there are more. */
  async list(projectId: string, afterName: string, limit: number): Promise<DefinitionEntity[]> {
    return this.definitions.list(this.database.manager, projectId, afterName, limit + 1);
  }

  /** One row more than `limit`, when there are more. */
  async versions(
    projectId: string,
    { name, id }: { name: string; id?: string },
    before = beyondAnyVersion,
    limit = 50,
  ): Promise<Definition[]> {
    const { definition } = await this.get(projectId, name, null, id);
    const versions = await this.definitions.versions(this.database.manager, definition.id, before, limit + 1);
    return versions.map((version) => ({ definition, version }));
  }

  private async versionOf(tx: Tx, definition: DefinitionEntity | null, reference: Reference): Promise<Definition> {
    const known = definition && reference.alias === null;
    const version = known && (await this.version(tx, definition.id, reference.version));
    if (!definition || !version) throw new DefinitionUnknown(reference);
    return { definition, version };
  }

  private async version(tx: Tx, id: string, version: number | null): Promise<DefinitionVersionEntity | null> {
    const key = `${id}@${version}`;
    const known = this.knownVersions.get(key);
    if (known) return known;
    const found = await this.definitions.findVersion(tx, id, version);
    if (found && version !== null) this.knownVersions.set(key, found);
    return found;
  }

  private async add(
    tx: Tx,
    { projectId, actor }: Caller,
    given: { name: string; body: DefinitionBody; builtIn: boolean },
  ) {
    const { name, body, builtIn } = given;
    const definition = await this.definitions.ensure(tx, { id: uuid(), projectId, name, builtIn });
    const newest = await this.definitions.findVersion(tx, definition.id, null);
    if (newest && sameBody(newest.body, body)) return { definition, version: newest, created: false };
    const version = {
      definitionId: definition.id,
      version: (newest?.version ?? 0) + 1,
      projectId,
      body,
      createdBy: actor,
      createdAt: new Date(),
    };
    await this.definitions.addVersion(tx, version);
    return { definition, version, created: true };
  }

  /** Refuses what no run of the definition could ever use. */
  private async check(tx: Tx, projectId: string, body: DefinitionBody): Promise<void> {
    const runtime = this.runtimes.getFor(body.kind, body.runtime, '/kind');
    const architecture = await this.architecture(tx, projectId, body.architecture);
    const config = { ...runtime.default_config[body.kind], ...architecture?.defaults, ...body.config };
    const errors = [
      ...containerFaults(runtime, body.container),
      ...this.runtimes.configErrors(runtime, body.kind, config),
    ];
    if (errors.length > 0) throw new InvalidInputError(errors);
    await this.checkInputs(tx, projectId, body.inputs);
  }

  private async architecture(tx: Tx, projectId: string, reference: string | null) {
    if (reference === null) return null;
    return this.modelStore.resolve(tx, projectId, readReference(reference)).catch(about('/architecture'));
  }

  /** A name that was misspelt is told now; whether a dataset is READY is only asked when a run is to read it. */
  private async checkInputs(tx: Tx, projectId: string, { dataset, model }: DefinitionBody['inputs']): Promise<void> {
    if (dataset !== undefined) {
      await this.datasets.requireKnown(tx, projectId, readReference(dataset)).catch(about('/inputs/dataset'));
    }
    if (model !== undefined) {
      await this.registry.find(tx, projectId, readReference(model)).catch(about('/inputs/model'));
    }
  }
}

/** JSON that came back from the database has its keys in another order. */
const sameBody = (one: DefinitionBody, other: DefinitionBody) => canonicalDigest(one) === canonicalDigest(other);

function reserved(name: string) {
  const message = `'${name}' is a name of the platform's own`;
  return name.startsWith(platformPrefix) ? [{ pointer: '/name', code: 'name_reserved', message }] : [];
}
