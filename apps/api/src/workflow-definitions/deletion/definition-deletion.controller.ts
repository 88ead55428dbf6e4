import { Controller, Delete, HttpCode, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, type Caller } from '../../auth/caller.ts';
import { ApiProblems } from '../../http/problems.ts';
import { NamePathDto } from '../../http/version-path.dto.ts';
import { DeleteDefinitionQueryDto } from '../dto/definition-query.dto.ts';
import { DefinitionDeletion } from './definition-deletion.service.ts';

@ApiTags('workflow definitions')
@ApiBearerAuth()
@Controller('api/workflow-definitions')
export class DefinitionDeletionController {
  constructor(private readonly deletion: DefinitionDeletion) {}

  /**
   * Deletes a definition of which no run is active. What it has in a cluster is removed; its runs, versions and lineage
   * stay readable by their ids. The name is free for another definition.
   */
  @Delete(':name')
  @HttpCode(204)
  @ApiNoContentResponse()
  @ApiProblems(409)
  async delete(
    @CurrentCaller() caller: Caller,
    @Param() { name }: NamePathDto,
    @Query() { id }: DeleteDefinitionQueryDto,
  ): Promise<void> {
    await this.deletion.delete(caller, name, id);
  }
}
