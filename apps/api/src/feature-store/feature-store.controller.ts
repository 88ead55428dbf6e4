import { Body, Controller, Get, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { decodeCursor } from '@griffin/platform';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { CurrentProject } from '../auth/caller.ts';
import { pageOf, pageSchema, type Page } from '../http/page.ts';
import { NamePathDto, NumberedVersionPathDto } from '../http/version-path.dto.ts';
import { FeatureViewResponseDto, IndexFeatureViewDto, SearchFeatureViewsDto } from './dto/feature-view.dto.ts';
import { FeatureStoreService } from './feature-store.service.ts';

const FeatureViewPage = pageSchema(FeatureViewResponseDto, 'FeatureViewPageDto');
const afterName = Type.Object({ name: Type.String() });

@ApiTags('feature store')
@ApiBearerAuth()
@Controller('api/features')
export class FeatureStoreController {
  constructor(private readonly featureStore: FeatureStoreService) {}

  /** Indexes the next version of a feature view. The newest is answered, with 200, when it says just the same. */
  @Post()
  @ApiCreatedResponse({ type: FeatureViewResponseDto })
  @ApiOkResponse({ type: FeatureViewResponseDto, description: 'The newest version says the same.' })
  async index(
    @CurrentProject() projectId: string,
    @Body() body: IndexFeatureViewDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<FeatureViewResponseDto> {
    const { row, created } = await this.featureStore.index(projectId, body.name, IndexFeatureViewDto.toBody(body));
    reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    reply.header('location', `/api/features/${row.name}/versions/${row.version}`);
    return FeatureViewResponseDto.of(row);
  }

  /** The newest version of each view that fits the search. */
  @Get()
  @ApiOkResponse({ type: FeatureViewPage })
  async search(
    @CurrentProject() projectId: string,
    @Query() { q, tag, cursor, limit }: SearchFeatureViewsDto,
  ): Promise<Page<FeatureViewResponseDto>> {
    const after = cursor === undefined ? '' : decodeCursor(cursor, afterName).name;
    const rows = await this.featureStore.search(projectId, { q, tag }, after, limit);
    return pageOf(rows, limit, ({ name }) => ({ name }), FeatureViewResponseDto.of);
  }

  /** The newest version. */
  @Get(':name')
  @ApiOkResponse({ type: FeatureViewResponseDto })
  async newest(@CurrentProject() projectId: string, @Param() { name }: NamePathDto): Promise<FeatureViewResponseDto> {
    return FeatureViewResponseDto.of(await this.featureStore.get(projectId, name, null));
  }

  @Get(':name/versions/:version')
  @ApiOkResponse({ type: FeatureViewResponseDto })
  async version(
    @CurrentProject() projectId: string,
    @Param() { name, version }: NumberedVersionPathDto,
  ): Promise<FeatureViewResponseDto> {
    return FeatureViewResponseDto.of(await this.featureStore.get(projectId, name, version));
  }
}
