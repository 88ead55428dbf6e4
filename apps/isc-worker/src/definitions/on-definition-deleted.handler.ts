import { Controller } from '@nestjs/common';
import type { EventOf } from '@griffin/contracts';
import { Database } from '@griffin/database';
import { Inbox, OnEvent } from '@griffin/messaging';
import { DeletedDefinitions } from './deleted-definitions.service.ts';

@Controller()
export class OnDefinitionDeleted {
  constructor(
    private readonly database: Database,
    private readonly inbox: Inbox,
    private readonly definitions: DeletedDefinitions,
  ) {}

  @OnEvent('definition.deleted')
  async handle(event: EventOf<'definition.deleted'>): Promise<void> {
    await this.database.transaction('deletion.accept', (tx) =>
      this.inbox.once(tx, event, () => this.definitions.add(tx, event.data.id)),
    );
  }
}
