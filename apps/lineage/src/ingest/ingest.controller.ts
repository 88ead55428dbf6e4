import { Controller } from '@nestjs/common';
import type { EventOf } from '@griffin/contracts';
import { OnEvent } from '@griffin/messaging';
import { IngestService } from './ingest.service.ts';

/** The events that the graph is projected from. */
@Controller()
export class IngestController {
  readonly #ingest: IngestService;

  constructor(ingest: IngestService) {
    this.#ingest = ingest;
  }

  @OnEvent('workflow.requested')
  async onWorkflowRequested(event: EventOf<'workflow.requested'>): Promise<void> {
    await this.#ingest.ingest(event);
  }

  @OnEvent('run.completed')
  async onRunCompleted(event: EventOf<'run.completed'>): Promise<void> {
    await this.#ingest.ingest(event);
  }

  @OnEvent('dataset.materialized')
  async onDatasetMaterialized(event: EventOf<'dataset.materialized'>): Promise<void> {
    await this.#ingest.ingest(event);
  }

  @OnEvent('model.registered')
  async onModelRegistered(event: EventOf<'model.registered'>): Promise<void> {
    await this.#ingest.ingest(event);
  }

  @OnEvent('model.alias-moved')
  async onModelAliasMoved(event: EventOf<'model.alias-moved'>): Promise<void> {
    await this.#ingest.ingest(event);
  }

  @OnEvent('definition.deleted')
  async onDefinitionDeleted(event: EventOf<'definition.deleted'>): Promise<void> {
    await this.#ingest.ingest(event);
  }
}
