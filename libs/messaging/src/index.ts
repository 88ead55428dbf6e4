import { InboxEntity } from './inbox/inbox.entity.ts';
import { CreateOutboxAndInbox1795500000000 } from './migrations/1795500000000-create-outbox-and-inbox.ts';
import { OutboxEntity } from './outbox/outbox.entity.ts';

export { connectBus } from './connect-bus.ts';
export { Inbox } from './inbox/inbox.ts';
export { ensureTopics, type TopicsOptions } from './kafka/ensure-topics.ts';
export type { BusOptions, MessagingOptions } from './messaging-options.ts';
export { MessagingModule } from './messaging.module.ts';
export { OnEvent } from './on-event.ts';
export { EventLog, type EventLogQuery, type LoggedEvent } from './outbox/event-log.ts';
export { Outbox, type NewEvent } from './outbox/outbox.ts';
export { PermanentError } from './permanent-error.ts';
export { ExclusiveLoop, type ExclusiveLoopOptions } from './postgres/exclusive-loop.ts';

/** Every service adds these to its own. */
export const messagingEntities = [OutboxEntity, InboxEntity];
export const messagingMigrations = [CreateOutboxAndInbox1795500000000];
