import { messagingEntities, messagingMigrations } from '@griffin/messaging';
import { AliasEntity } from './graph/alias.entity.ts';
import { EdgeEntity } from './graph/edge.entity.ts';
import { NodeEntity } from './graph/node.entity.ts';
import { IngestedEventEntity } from './ingest/ingested-event.entity.ts';
import { SnapshotEntity } from './ingest/snapshot.entity.ts';
import { CreateTheGraph1795500100000 } from './migrations/1795500100000-create-the-graph.ts';

/** The service's whole schema in PostgreSQL. */
export const schema = {
  schema: 'lineage' as const,
  entities: [...messagingEntities, NodeEntity, EdgeEntity, AliasEntity, SnapshotEntity, IngestedEventEntity],
  migrations: [...messagingMigrations, CreateTheGraph1795500100000],
};
