import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '@griffin/database';
import { InvalidInputError, type FieldError } from '@griffin/platform';
import type { Caller } from '../../auth/caller.ts';
import { FeatureStoreService } from '../../feature-store/feature-store.service.ts';
import { parseReference, type Reference } from '../../references/reference.ts';
import { RunSubmission } from '../../workflows/run-submission.service.ts';
import { DatasetService, type VersionName } from '../dataset.service.ts';
import { collisions } from './domain/columns.ts';
import { isFault, type Fault } from './domain/fault.ts';
import type { DatasetGenerationConfig, ViewJoin } from './domain/generation-config.ts';
import { joinView } from './domain/join-view.ts';
import { readSplits } from './domain/splits.ts';
import type { CreateDatasetDto, FeatureSelectionDto } from './dto/create-dataset.dto.ts';

@Injectable()
export class DatasetGeneration {
  constructor(
    private readonly database: Database,
    private readonly featureStore: FeatureStoreService,
    private readonly datasets: DatasetService,
    private readonly runs: RunSubmission,
  ) {}

  /** Adds a version, PENDING, and submits the run that generates it: both or neither. */
  async generate(caller: Caller, request: CreateDatasetDto): Promise<VersionName> {
    const splits = sound(readSplits(request.splits), '/splits');
    return this.database.transaction(async (tx) => {
      const sources = await this.sources(tx, caller.projectId, request);
      const version = await this.datasets.addPending(tx, {
        projectId: caller.projectId,
        name: request.name,
        features: sources.views.map(asReference),
        description: request.description ?? '',
      });
      const runId = await this.submit(tx, caller, version, { ...sources, splits, dataset: version });
      await this.datasets.attachRun(tx, version.id, runId);
      return version;
    });
  }

  private async sources(tx: Tx, projectId: string, request: CreateDatasetDto) {
    const { uri, entity_keys, event_time, label } = request.spine;
    const columns = request.spine.columns ?? [];
    const views: ViewJoin[] = [];
    const faults: Fault[] = [];
    for (const [index, selection] of request.features.entries()) {
      const view = await this.featureStore.resolve(tx, projectId, referenceTo(selection));
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
