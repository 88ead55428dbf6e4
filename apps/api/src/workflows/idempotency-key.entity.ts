import { Column, Entity, ForeignKey, PrimaryColumn } from 'typeorm';
import { RunEntity } from './run.entity.ts';

/** A submission that was made under a key of the client's. */
@Entity('idempotency_key')
export class IdempotencyKeyEntity {
  @PrimaryColumn('uuid', { name: 'project_id', primaryKeyConstraintName: 'idempotency_key_pkey' })
  projectId: string;

  @PrimaryColumn('text', { primaryKeyConstraintName: 'idempotency_key_pkey' })
  key: string;

  @Column('text', { name: 'body_digest' })
  bodyDigest: string;

  @Column('uuid', { name: 'run_id' })
  @ForeignKey(() => RunEntity, { name: 'idempotency_key_run_fkey' })
  runId: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;
}
