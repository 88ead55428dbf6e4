import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { NotFoundError } from '@griffin/platform';
import { formatReference, type Reference } from '../references/reference.ts';
import { VersionRepository } from '../versions/version.repository.ts';
import { searchCondition, type FeatureSearch } from './feature-search.ts';
import type { Feature, FeatureViewBody } from './feature-view.ts';
import { FeatureViewEntity } from './feature-view.entity.ts';

/** A feature view as a dataset uses it. */
export interface ResolvedFeatureView {
  id: string;
  name: string;
  version: number;
  source_uri: string;
  entity_keys: string[];
  event_time: string;
  available_at: string | null;
  max_age_seconds: number | null;
  tie_break: string | null;
  features: Feature[];
}

@Injectable()
export class FeatureStoreService {
  private readonly views = new VersionRepository<FeatureViewBody, FeatureViewEntity>(FeatureViewEntity, 'feature-view');

  constructor(private readonly database: Database) {}

  /** The next version of `name`; the newest again, with `created` false, when it says the same. */
  async index(projectId: string, name: string, body: FeatureViewBody) {
    return this.database.transaction('feature-view.add', (tx) => this.views.add(tx, projectId, name, body));
  }

  /** Throws `feature_view_unknown`. */
  async resolve(tx: Tx, projectId: string, reference: Reference): Promise<ResolvedFeatureView> {
    const { id, name, version, body } = await this.find(tx, projectId, reference);
    const { entity_keys, event_time, available_at, max_age_seconds, tie_break, features } = body;
    const source_uri = body.source.uri;
    return {
      id,
      name,
      version,
      source_uri,
      entity_keys,
      event_time,
      available_at,
      max_age_seconds,
      tie_break,
      features,
    };
  }

  async get(projectId: string, name: string, version: number | null): Promise<FeatureViewEntity> {
    return this.find(this.database.manager, projectId, { name, version, alias: null });
  }

  /** The newest version of each view that fits; one row more than `limit`, when there are more. */
  async search(
    projectId: string,
    search: FeatureSearch,
    afterName: string,
    limit: number,
  ): Promise<FeatureViewEntity[]> {
    return this.views.newest(this.database.manager, projectId, afterName, limit + 1, searchCondition(search));
  }

  private async find(tx: Tx, projectId: string, reference: Reference): Promise<FeatureViewEntity> {
    const { name, version, alias } = reference;
    const found = alias === null ? await this.views.find(tx, projectId, name, version) : null;
    if (found) return found;
    const message = `The project has no feature view '${formatReference(reference)}'.`;
    throw new NotFoundError('feature_view_unknown', message);
  }
}
