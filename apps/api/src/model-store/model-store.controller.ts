import { Body, Controller, Get, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { decodeCursor } from '@griffin/platform';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { CurrentProject } from '../auth/caller.ts';
import { PageQueryDto } from '../http/page.dto.ts';
import { pageOf, pageSchema, type Page } from '../http/page.ts';
import { NamePathDto, NumberedVersionPathDto } from '../http/version-path.dto.ts';
import { ArchitectureResponseDto, CreateArchitectureDto } from './dto/architecture.dto.ts';
import { ModelStoreService } from './model-store.service.ts';

const ArchitecturePage = pageSchema(ArchitectureResponseDto, 'ArchitecturePageDto');
const afterName = Type.Object({ name: Type.String() });

@ApiTags('model store')
@ApiBearerAuth()
@Controller('api/training/models')
export class ModelStoreController {
  constructor(private readonly modelStore: ModelStoreService) {}

  /** Creates the next version of an architecture. The newest version is answered, with 200, when it says just the same. */
  @Post()
  @ApiCreatedResponse({ type: ArchitectureResponseDto })
  @ApiOkResponse({ type: ArchitectureResponseDto, description: 'The newest version says the same.' })
  async create(
    @CurrentProject() projectId: string,
    @Body() body: CreateArchitectureDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ArchitectureResponseDto> {
    const { row, created } = await this.modelStore.create(projectId, body.name, CreateArchitectureDto.toBody(body));
    reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    reply.header('location', `/api/training/models/${row.name}/versions/${row.version}`);
    return ArchitectureResponseDto.of(row);
  }

  /** The newest version of each. */
  @Get()
  @ApiOkResponse({ type: ArchitecturePage })
  async list(@CurrentProject() projectId: string, @Query() page: PageQueryDto): Promise<Page<ArchitectureResponseDto>> {
    const after = page.cursor === undefined ? '' : decodeCursor(page.cursor, afterName).name;
    const rows = await this.modelStore.list(projectId, after, page.limit);
    return pageOf(rows, page.limit, ({ name }) => ({ name }), ArchitectureResponseDto.of);
  }

  /** The newest version. */
  @Get(':name')
  @ApiOkResponse({ type: ArchitectureResponseDto })
  async newest(@CurrentProject() projectId: string, @Param() { name }: NamePathDto): Promise<ArchitectureResponseDto> {
    return ArchitectureResponseDto.of(await this.modelStore.get(projectId, name, null));
  }

  @Get(':name/versions/:version')
  @ApiOkResponse({ type: ArchitectureResponseDto })
  async version(
    @CurrentProject() projectId: string,
    @Param() { name, version }: NumberedVersionPathDto,
  ): Promise<ArchitectureResponseDto> {
    return ArchitectureResponseDto.of(await this.modelStore.get(projectId, name, version));
  }
}
