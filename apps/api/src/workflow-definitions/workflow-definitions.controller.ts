import { Body, Controller, Get, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { decodeCursor } from '@griffin/platform';
import { ApiBearerAuth, ApiCreatedResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import Type from 'typebox';
import { CurrentCaller, CurrentProject, type Caller } from '../auth/caller.ts';
import { PageQueryDto } from '../http/page.dto.ts';
import { pageOf, pageSchema, type Page } from '../http/page.ts';
import { ApiProblems } from '../http/problems.ts';
import { NamePathDto, NumberedVersionPathDto } from '../http/version-path.dto.ts';
import { DefinitionService } from './definition.service.ts';
import { DefinitionQueryDto, DefinitionVersionsQueryDto } from './dto/definition-query.dto.ts';
import { CreateDefinitionDto, DefinitionResponseDto, DefinitionVersionResponseDto } from './dto/definition.dto.ts';

const DefinitionPage = pageSchema(DefinitionResponseDto, 'DefinitionPageDto');
const DefinitionVersionPage = pageSchema(DefinitionVersionResponseDto, 'DefinitionVersionPageDto');
const afterName = Type.Object({ name: Type.String() });
const beforeVersion = Type.Object({ version: Type.Integer({ minimum: 1, maximum: 999_999_999 }) });

@ApiTags('workflow definitions')
@ApiBearerAuth()
@Controller('api/workflow-definitions')
export class WorkflowDefinitionsController {
  constructor(private readonly definitions: DefinitionService) {}

  /** Creates the next version of a definition. The newest version is answered, with 200, when it says just the same. */
  @Post()
  @ApiCreatedResponse({ type: DefinitionVersionResponseDto })
  @ApiOkResponse({ type: DefinitionVersionResponseDto, description: 'The newest version says the same.' })
  @ApiProblems(404)
  async create(
    @CurrentCaller() caller: Caller,
    @Body() body: CreateDefinitionDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<DefinitionVersionResponseDto> {
    const { created, ...definition } = await this.definitions.create(
      caller,
      body.name,
      CreateDefinitionDto.toBody(body),
    );
    reply.status(created ? HttpStatus.CREATED : HttpStatus.OK);
    reply.header('location', `/api/workflow-definitions/${body.name}/versions/${definition.version.version}`);
    return DefinitionVersionResponseDto.of(definition);
  }

  @Get()
  @ApiOkResponse({ type: DefinitionPage })
  async list(@CurrentProject() projectId: string, @Query() page: PageQueryDto): Promise<Page<DefinitionResponseDto>> {
    const after = page.cursor === undefined ? '' : decodeCursor(page.cursor, afterName).name;
    const rows = await this.definitions.list(projectId, after, page.limit);
    return pageOf(rows, page.limit, ({ name }) => ({ name }), DefinitionResponseDto.of);
  }

  /** The newest version. */
  @Get(':name')
  @ApiOkResponse({ type: DefinitionVersionResponseDto })
  async newest(
    @CurrentProject() projectId: string,
    @Param() { name }: NamePathDto,
    @Query() { id }: DefinitionQueryDto,
  ): Promise<DefinitionVersionResponseDto> {
    return DefinitionVersionResponseDto.of(await this.definitions.get(projectId, name, null, id));
  }

  /** The newest first. */
  @Get(':name/versions')
  @ApiOkResponse({ type: DefinitionVersionPage })
  async versions(
    @CurrentProject() projectId: string,
    @Param() { name }: NamePathDto,
    @Query() { id, ...page }: DefinitionVersionsQueryDto,
  ): Promise<Page<DefinitionVersionResponseDto>> {
    const before = page.cursor === undefined ? undefined : decodeCursor(page.cursor, beforeVersion).version;
    const rows = await this.definitions.versions(projectId, { name, id }, before, page.limit);
    return pageOf(rows, page.limit, ({ version }) => ({ version: version.version }), DefinitionVersionResponseDto.of);
  }

  @Get(':name/versions/:version')
  @ApiOkResponse({ type: DefinitionVersionResponseDto })
  async version(
    @CurrentProject() projectId: string,
    @Param() { name, version }: NumberedVersionPathDto,
    @Query() { id }: DefinitionQueryDto,
  ): Promise<DefinitionVersionResponseDto> {
    return DefinitionVersionResponseDto.of(await this.definitions.get(projectId, name, version, id));
  }
}
