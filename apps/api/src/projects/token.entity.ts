import { Column, Entity, ForeignKey, Index, PrimaryColumn } from 'typeorm';
import { ProjectEntity } from './project.entity.ts';

/** A bearer token of a project. Only its SHA-256 is kept. */
@Entity('access_token')
@Index('access_token_project', ['projectId'])
export class TokenEntity {
  @PrimaryColumn('uuid', { primaryKeyConstraintName: 'access_token_pkey' })
  id: string;

  @Column('uuid', { name: 'project_id' })
  @ForeignKey(() => ProjectEntity, { name: 'access_token_project_fkey' })
  projectId: string;

  @Column('text')
  name: string;

  @Column('text')
  @Index('access_token_hash', { unique: true })
  hash: string;

  @Column('timestamptz', { name: 'created_at', default: () => 'now()' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  /** To the minute. */
  @Column('timestamptz', { name: 'last_used_at', nullable: true })
  lastUsedAt: Date | null;
}
