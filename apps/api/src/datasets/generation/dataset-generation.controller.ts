import { Body, Controller, HttpCode, Post, Res } from '@nestjs/common';
import { ApiAcceptedResponse, ApiBearerAuth, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, type Caller } from '../../auth/caller.ts';
import { ApiIdempotencyKey, IdempotencyKey } from '../../http/idempotency-key.ts';
import { ApiProblems } from '../../http/problems.ts';
import { DatasetCatalogue } from '../dataset-catalogue.service.ts';
import { DatasetVersionResponseDto } from '../dto/dataset-version.dto.ts';
import { DatasetGeneration } from './dataset-generation.service.ts';
import { CreateDatasetDto } from './dto/create-dataset.dto.ts';

@ApiTags('training datasets')
@ApiBearerAuth()
@Controller('api/training/dataset')
export class DatasetGenerationController {
  constructor(
    private readonly generation: DatasetGeneration,
    private readonly catalogue: DatasetCatalogue,
  ) {}

  /**
   * Generates the next version of a training dataset: a run joins the spine with the features as they were known at each
   * row's event time. The version is PENDING until that run has ended.
   */
  @Post()
  @HttpCode(202)
  @ApiIdempotencyKey()
  @ApiAcceptedResponse({ type: DatasetVersionResponseDto })
  @ApiProblems(404)
  async generate(
    @CurrentCaller() caller: Caller,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Body() body: CreateDatasetDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DatasetVersionResponseDto> {
    const { outcome, dataset } = await this.generation.generate(caller, body, idempotencyKey);
    const { name, version } = dataset;
    if (outcome === 'replayed') reply.header('idempotency-replayed', 'true');
    reply.header('location', `/api/training/dataset/${name}/versions/${version}`);
    return DatasetVersionResponseDto.of(name, await this.catalogue.version(caller.projectId, name, version, 0));
  }
}
