import { Injectable } from '@nestjs/common';
import type { Tx } from '@griffin/database';
import { ProjectRepository } from './project.repository.ts';

@Injectable()
export class ProjectService {
  constructor(private readonly projects: ProjectRepository) {}

  async nameOf(tx: Tx, projectId: string): Promise<string> {
    return (await this.projects.get(tx, projectId)).name;
  }
}
