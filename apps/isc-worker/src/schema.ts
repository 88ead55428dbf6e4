import { messagingEntities, messagingMigrations } from '@griffin/messaging';
import { DeletedDefinitionEntity } from './definitions/deleted-definition.entity.ts';
import { CreateWorkload1795507200000 } from './migrations/1795507200000-create-workload.ts';
import { HoldUntilReleased1795507300000 } from './migrations/1795507300000-hold-until-released.ts';
import { RememberWhatWasMade1795507400000 } from './migrations/1795507400000-remember-what-was-made.ts';
import { CreateDeletedDefinition1795511700000 } from './migrations/1795511700000-create-deleted-definition.ts';
import { WorkloadEntity } from './workloads/workload.entity.ts';

/** The schema `isc`: all that the worker remembers. */
export const schema = {
  schema: 'isc' as const,
  entities: [...messagingEntities, WorkloadEntity, DeletedDefinitionEntity],
  migrations: [
    ...messagingMigrations,
    CreateWorkload1795507200000,
    HoldUntilReleased1795507300000,
    RememberWhatWasMade1795507400000,
    CreateDeletedDefinition1795511700000,
  ],
};
