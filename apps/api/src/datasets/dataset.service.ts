import { Injectable } from '@nestjs/common';
import type { DatasetInput, DatasetOutput, FeatureViewRef, Reason } from '@griffin/contracts';
import type { Tx } from '@griffin/database';
import { Outbox } from '@griffin/messaging';
import { Remembered } from '@griffin/platform';
import { v7 as uuid } from 'uuid';
import { formatReference, type Reference } from '../references/reference.ts';
import type { DatasetVersionEntity } from './dataset-version.entity.ts';
import { DatasetNotReady, DatasetUnknown } from './dataset.errors.ts';
import { DatasetRepository } from './dataset.repository.ts';

export interface VersionName {
  id: string;
  name: string;
  version: number;
}

/** The life of a dataset version, as the run that generates it goes on. */
@Injectable()
export class DatasetService {
  /** A version that is READY never changes. */
  private readonly readyVersions = new Remembered<DatasetInput>(1000);

  constructor(
    private readonly datasets: DatasetRepository,
    private readonly outbox: Outbox,
  ) {}

  /** The next version of `name`, PENDING until its run ends. */
  async addPending(
    tx: Tx,
    given: { projectId: string; name: string; features: FeatureViewRef[]; description: string },
  ): Promise<VersionName> {
    const { name, ...rest } = given;
    const datasetId = await this.datasets.ensureDataset(tx, uuid(), given.projectId, name);
    const id = uuid();
    const version = await this.datasets.addVersion(tx, { id, datasetId, ...rest });
    return { id, name, version };
  }

  async attachRun(tx: Tx, versionId: string, runId: string): Promise<void> {
    await this.datasets.setRun(tx, versionId, runId);
  }

  /** The version that a run is to use: the newest READY one when the reference names none. */
  async resolveReady(tx: Tx, projectId: string, reference: Reference): Promise<DatasetInput> {
    const key = `${projectId}:${formatReference(reference)}`;
    const known = this.readyVersions.get(key);
    if (known) return known;
    const version = await this.find(tx, projectId, reference);
    const { name } = reference;
    if (version.output === null) throw new DatasetNotReady(`${name}@${version.version}`, version.state);
    const input = asInput(name, version, version.output);
    if (reference.version !== null) this.readyVersions.set(key, input);
    return input;
  }

  /** Throws `DatasetUnknown` where nothing goes by this reference, in whatever state. */
  async requireKnown(tx: Tx, projectId: string, reference: Reference): Promise<void> {
    await this.find(tx, projectId, reference);
  }

  /** What its run produced makes the version READY, in the transaction that makes the run succeed. */
  async materialize(
    tx: Tx,
    given: { datasetVersionId: string; projectId: string; runId: string; output: DatasetOutput; causedBy: string },
  ): Promise<VersionName> {
    const version = await this.pending(tx, given.projectId, given.datasetVersionId);
    const { output } = given;
    await this.datasets.finish(tx, version.id, { state: 'READY', output });
    const name = await this.datasets.nameOf(tx, version.datasetId);
    const named = { id: version.id, name, version: version.version };
    await this.outbox.append(tx, {
      type: 'dataset.materialized',
      subject: version.id,
      projectId: given.projectId,
      revision: 1,
      causedBy: given.causedBy,
      data: {
        ...named,
        run_id: given.runId,
        features: version.features,
        output,
        materialized_at: new Date().toISOString(),
      },
    });
    return named;
  }

  /** Its run ended without it. */
  async fail(tx: Tx, { datasetVersionId, reason }: { datasetVersionId: string; reason: Reason }): Promise<void> {
    await this.datasets.finish(tx, datasetVersionId, { state: 'FAILED', reason });
  }

  /** The newest READY version, or the newest of all, when the reference names none. */
  private async find(tx: Tx, projectId: string, reference: Reference): Promise<DatasetVersionEntity> {
    const dataset = await this.datasets.findDataset(tx, projectId, reference.name);
    if (!dataset || reference.alias !== null) throw new DatasetUnknown(formatReference(reference));
    const version =
      reference.version === null
        ? ((await this.datasets.newestReady(tx, dataset.id)) ?? (await this.datasets.findVersion(tx, dataset.id, null)))
        : await this.datasets.findVersion(tx, dataset.id, reference.version);
    if (!version) throw new DatasetUnknown(reference.name, reference.version);
    return version;
  }

  private async pending(tx: Tx, projectId: string, id: string): Promise<DatasetVersionEntity> {
    const version = await this.datasets.findVersionById(tx, projectId, id);
    if (version?.state !== 'PENDING') throw new Error(`Dataset version ${id} is not PENDING: its run has ended before`);
    return version;
  }
}

function asInput(name: string, version: DatasetVersionEntity, output: DatasetOutput): DatasetInput {
  return {
    type: 'dataset',
    id: version.id,
    name,
    version: version.version,
    uri: output.uri,
    fingerprint: output.fingerprint,
    splits: output.splits,
    label: output.label,
    feature_columns: output.feature_columns,
    features: version.features,
  };
}
