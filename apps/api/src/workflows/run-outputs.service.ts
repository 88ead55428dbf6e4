import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { DatasetService } from '../datasets/dataset.service.ts';
import { RegistryService } from '../registry/registry.service.ts';
import type { Run } from './domain/run.ts';
import type { RunEntity } from './run.entity.ts';

type Registered = Pick<RunEntity, 'modelVersion' | 'datasetVersion'>;

/** What a run's end means to the registry and to the datasets. */
@Injectable()
export class RunOutputs {
  constructor(
    private readonly registry: RegistryService,
    private readonly datasets: DatasetService,
  ) {}

  /** Registers what the run produced, or tells what waited for it that it will not come; in the transaction of the end. */
  async conclude(tx: Tx, run: Run, causedBy: string): Promise<Registered> {
    if (run.state === 'SUCCEEDED') {
      return {
        modelVersion: await this.registerModel(tx, run, causedBy),
        datasetVersion: await this.materializeDataset(tx, run, causedBy),
      };
    }
    const { dataset } = run.spec.outputs;
    const reason = run.reason ?? { code: 'runtime_error', message: `The run ended ${run.state}.` };
    if (dataset) await this.datasets.fail(tx, { datasetVersionId: dataset.id, reason });
    return { modelVersion: null, datasetVersion: null };
  }

  private async registerModel(tx: Tx, { id, spec, outputs, metrics }: Run, causedBy: string) {
    const output = outputs.find((candidate) => candidate.type === 'model');
    if (!spec.outputs.model || !output) return null;
    return this.registry.register(tx, {
      projectId: spec.project_id,
      runId: id,
      modelName: spec.outputs.model.name,
      output,
      metrics,
      datasetVersionId: spec.inputs.find(({ type }) => type === 'dataset')?.id ?? null,
      architectureId: spec.architecture?.id ?? null,
      causedBy,
    });
  }

  private async materializeDataset(tx: Tx, { id, spec, outputs }: Run, causedBy: string) {
    const output = outputs.find((candidate) => candidate.type === 'dataset');
    if (!spec.outputs.dataset || !output) return null;
    const { id: datasetVersionId } = spec.outputs.dataset;
    return this.datasets.materialize(tx, { datasetVersionId, projectId: spec.project_id, runId: id, output, causedBy });
  }
}
