import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { ProjectEntity } from './project.entity.ts';

@Injectable()
export class ProjectRepository {
  async get(tx: Tx, id: string): Promise<ProjectEntity> {
    return tx.findOneByOrFail(ProjectEntity, { id });
  }
}
