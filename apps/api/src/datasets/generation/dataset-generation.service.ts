import { Injectable } from '@nestjs/common';
import type { ResolvedRunSpec } from '@griffin/contracts';
import { Database, type Tx } from '@griffin/database';
import { about, canonicalDigest, InvalidInputError, type FieldError } from '@griffin/platform';
import type { Caller } from '../../auth/caller.ts';
import { FeatureStoreService } from '../../feature-store/feature-store.service.ts';
import { parseReference, type Reference } from '../../references/reference.ts';
import { IdempotencyKeys } from '../../workflows/idempotency-keys.service.ts';
import { RunSubmission } from '../../workflows/run-submission.service.ts';
import { DatasetService, type VersionName } from '../dataset.service.ts';
import { collisions } from './domain/columns.ts';
import { isFault, type Fault } from './domain/fault.ts';
import type { DatasetGenerationConfig, ViewJoin } from './domain/generation-config.ts';
import { joinView } from './domain/join-view.ts';
import { readSplits } from './domain/splits.ts';
import type { CreateDatasetDto, FeatureSelectionDto } from './dto/create-dataset.dto.ts';

/** `replayed`: the key was used before. */
export interface Generating {
  outcome: 'created' | 'replayed';
  dataset: VersionName;
}

@Injectable()
export class DatasetGeneration {
  constructor(
    private readonly database: Database,
    private readonly featureStore: FeatureStoreService,
    private readonly datasets: DatasetService,
    private readonly runs: RunSubmission,
    private readonly keys: IdempotencyKeys,
  ) {}

  /** Adds a version, PENDING, and submits the run that generates it: both or neither, and once for one key. */
  async generate(caller: Caller, request: CreateDatasetDto, key: string | undefined): Promise<Generating> {
    const splits = sound(readSplits(request.splits), '/splits');
    const keyed = { projectId: caller.projectId, key, bodyDigest: canonicalDigest(request) };
    return this.database.transaction('dataset.generate', async (tx) => {
      const earlier = await this.keys.earlierRun(tx, keyed);
      if (earlier) return { outcome: 'replayed', dataset: versionOf(earlier.spec) };
      const sources = await this.sources(tx, caller.projectId, request);
      const version = await this.datasets.addPending(tx, {
        projectId: caller.projectId,
        name: request.name,
        features: sources.views.map(asReference),
        description: request.description ?? '',
      });
      const runId = await this.submit(tx, caller, version, { ...sources, splits, dataset: version });
      await this.datasets.attachRun(tx, version.id, runId);
      await this.keys.remember(tx, keyed, runId);
      return { outcome: 'created', dataset: version };
    });
  }

  private async sources(tx: Tx, projectId: string, request: CreateDatasetDto) {
    const { uri, entity_keys, event_time, label } = request.spine;
    const columns = request.spine.columns ?? [];
    const views: ViewJoin[] = [];
    const faults: Fault[] = [];
    for (const [index, selection] of request.features.entries()) {
      const place = about(`/features/${index}/view`);
      const view = await this.featureStore.resolve(tx, projectId, referenceTo(selection)).catch(place);
      const join = joinView(view, selection, entity_keys);
      if (Array.isArray(join)) faults.push(...below(join, `/features/${index}`));
      else views.push(join);
    }
    const sources = { spine: { uri, entity_keys, event_time, label, columns }, views };
    sound(faults.length > 0 ? faults : collisions(sources), '');
    return sources;
  }

  private async submit(
    tx: Tx,
    { projectId, actor }: Caller,
    dataset: VersionName,
    config: DatasetGenerationConfig,
  ): Promise<string> {
    const { runId } = await this.runs.submitBuiltIn(tx, {
      projectId,
      kind: 'generate-dataset',
      runtime: 'dataset-generation',
      name: `${dataset.name}-${dataset.version}`,
      config: { ...config },
      inputs: [],
      outputs: { dataset },
      causedBy: actor,
    });
    return runId;
  }
}

/** What a run of ours generates. */
function versionOf({ run_id, outputs }: ResolvedRunSpec): VersionName {
  if (!outputs.dataset) throw new Error(`Run ${run_id} generates no dataset, though its request was for one`);
  return outputs.dataset;
}

const asReference = ({ id, name, version, features }: ViewJoin) => ({
  id,
  name,
  version,
  features: features.map((feature) => feature.name),
});

/** The DTO's validation has made sure that it is one. */
const referenceTo = ({ view }: FeatureSelectionDto) => parseReference(view) as Reference;

const below = (faults: Fault[], pointer: string): FieldError[] =>
  faults.map((fault) => ({ ...fault, pointer: `${pointer}${fault.pointer}` }));

/** Throws the faults as one error that lists them all. */
function sound<T>(result: T | Fault[], pointer: string): Exclude<T, Fault[]> {
  const faults = Array.isArray(result) ? result.filter((part) => isFault(part)) : [];
  if (faults.length > 0) throw new InvalidInputError(below(faults, pointer));
  return result as Exclude<T, Fault[]>;
}
