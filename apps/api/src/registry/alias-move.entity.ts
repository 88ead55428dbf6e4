import { Column, Entity, ForeignKey, Index, PrimaryGeneratedColumn } from 'typeorm';
import { RegisteredModelEntity } from './registered-model.entity.ts';

/** An alias began to point elsewhere. The newest move says where it points; all of them, where it ever did. */
@Entity('alias_move')
@Index('alias_move_alias', ['modelId', 'alias', 'id'])
export class AliasMoveEntity {
  @PrimaryGeneratedColumn('identity', {
    type: 'bigint',
    generatedIdentity: 'ALWAYS',
    primaryKeyConstraintName: 'alias_move_pkey',
  })
  id: string;

  @Column('uuid', { name: 'project_id' })
  projectId: string;

  @Column('uuid', { name: 'model_id' })
  @ForeignKey(() => RegisteredModelEntity, { name: 'alias_move_model_fkey' })
  modelId: string;

  @Column('text')
  alias: string;

  /** Null: to nothing, the alias was removed. */
  @Column('integer', { nullable: true })
  version: number | null;

  @Column('text', { name: 'moved_by' })
  movedBy: string;

  @Column('timestamptz', { name: 'moved_at', default: () => 'clock_timestamp()' })
  movedAt: Date;
}
