import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { InvalidInputError, NotFoundError, Remembered } from '@griffin/platform';
import { formatReference, type Reference } from '../references/reference.ts';
import { VersionRepository } from '../versions/version.repository.ts';
import type { ArchitectureBody } from './architecture.ts';
import { ArchitectureEntity } from './architecture.entity.ts';
import { hyperparameterFaults } from './hyperparameter-faults.ts';

/** An architecture as a run uses it. */
export interface ResolvedArchitecture {
  id: string;
  name: string;
  version: number;
  framework: string;
  code: string | null;
  defaults: Record<string, unknown>;
}

@Injectable()
export class ModelStoreService {
  private readonly architectures = new VersionRepository<ArchitectureBody, ArchitectureEntity>(
    ArchitectureEntity,
    'architecture',
  );

  /** A version never changes. */
  private readonly knownVersions = new Remembered<ResolvedArchitecture>(1000);

  constructor(private readonly database: Database) {}

  /** The next version of `name`; the newest again, with `created` false, when it says the same. */
  async create(projectId: string, name: string, body: ArchitectureBody) {
    const faults = hyperparameterFaults(body);
    if (faults.length > 0) throw new InvalidInputError(faults);
    return this.database.transaction('architecture.add', (tx) => this.architectures.add(tx, projectId, name, body));
  }

  /** Throws `architecture_unknown`. */
  async resolve(tx: Tx, projectId: string, reference: Reference): Promise<ResolvedArchitecture> {
    const key = `${projectId}:${formatReference(reference)}`;
    const known = this.knownVersions.get(key);
    if (known) return known;
    const { id, name, version, body } = await this.find(tx, projectId, reference);
    const found = { id, name, version, framework: body.framework, code: body.code, defaults: body.defaults };
    if (reference.version !== null) this.knownVersions.set(key, found);
    return found;
  }

  async get(projectId: string, name: string, version: number | null): Promise<ArchitectureEntity> {
    return this.find(this.database.manager, projectId, { name, version, alias: null });
  }

  /** One row more than `limit`, when there are more. */
  async list(projectId: string, afterName: string, limit: number): Promise<ArchitectureEntity[]> {
    return this.architectures.newest(this.database.manager, projectId, afterName, limit + 1);
  }

  private async find(tx: Tx, projectId: string, reference: Reference): Promise<ArchitectureEntity> {
    const { name, version, alias } = reference;
    const found = alias === null ? await this.architectures.find(tx, projectId, name, version) : null;
    if (found) return found;
    const message = `The project has no model architecture '${formatReference(reference)}'.`;
    throw new NotFoundError('architecture_unknown', message);
  }
}
