import { Body, Controller, Delete, Get, HttpCode, Param, Put, Query } from '@nestjs/common';
import { decodeCursor } from '@griffin/platform';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import Type from 'typebox';
import { CurrentCaller, CurrentProject, type Caller } from '../auth/caller.ts';
import { PageQueryDto } from '../http/page.dto.ts';
import { pageOf, pageSchema, type Page } from '../http/page.ts';
import { NamePathDto } from '../http/version-path.dto.ts';
import { AliasService } from './alias.service.ts';
import { AliasMoveResponseDto, AliasPathDto, AliasResponseDto, ListAliasesDto, MoveAliasDto } from './dto/alias.dto.ts';
import { ModelVersionResponseDto } from './dto/model-version.dto.ts';
import { AsOfQueryDto } from './dto/version-path.dto.ts';
import { RegistryService } from './registry.service.ts';

const AliasPage = pageSchema(AliasResponseDto, 'AliasPageDto');
const AliasMovePage = pageSchema(AliasMoveResponseDto, 'AliasMovePageDto');
const afterAlias = Type.Object({ alias: Type.String() });
const beforeMove = Type.Object({ id: Type.String({ pattern: '^[1-9][0-9]{0,17}$' }) });

@ApiTags('registry')
@ApiBearerAuth()
@Controller('api/registry/models/:name/aliases')
export class AliasController {
  constructor(
    private readonly aliases: AliasService,
    private readonly registry: RegistryService,
  ) {}

  /** Where every alias of the model points, or pointed. */
  @Get()
  @ApiOkResponse({ type: AliasPage })
  async list(
    @CurrentProject() projectId: string,
    @Param() { name }: NamePathDto,
    @Query() query: ListAliasesDto,
  ): Promise<Page<AliasResponseDto>> {
    const { cursor, limit } = query;
    const after = cursor === undefined ? '' : decodeCursor(cursor, afterAlias).alias;
    const rows = await this.aliases.list(projectId, name, AsOfQueryDto.toMoment(query), after, limit);
    return pageOf(rows, limit, ({ alias }) => ({ alias }), AliasResponseDto.of);
  }

  /** The version that the alias points to, or pointed to. */
  @Get(':alias')
  @ApiOkResponse({ type: ModelVersionResponseDto })
  async get(
    @CurrentProject() projectId: string,
    @Param() { name, alias }: AliasPathDto,
    @Query() asOf: AsOfQueryDto,
  ): Promise<ModelVersionResponseDto> {
    const reference = { name, version: null, alias };
    const { version } = await this.registry.get(projectId, reference, AsOfQueryDto.toMoment(asOf));
    return ModelVersionResponseDto.of(name, version);
  }

  /** Makes the alias point to a version. Answers with that version. */
  @Put(':alias')
  @ApiOkResponse({ type: ModelVersionResponseDto })
  async move(
    @CurrentCaller() caller: Caller,
    @Param() { name, alias }: AliasPathDto,
    @Body() { version }: MoveAliasDto,
  ): Promise<ModelVersionResponseDto> {
    await this.aliases.move(caller, name, alias, version);
    const found = await this.registry.get(caller.projectId, { name, version, alias: null });
    return ModelVersionResponseDto.of(name, found.version);
  }

  /** Makes the alias point to nothing. Its history stays. */
  @Delete(':alias')
  @HttpCode(204)
  @ApiNoContentResponse()
  async remove(@CurrentCaller() caller: Caller, @Param() { name, alias }: AliasPathDto): Promise<void> {
    await this.aliases.move(caller, name, alias, null);
  }

  /** Every move, the newest first. */
  @Get(':alias/history')
  @ApiOkResponse({ type: AliasMovePage })
  async history(
    @CurrentProject() projectId: string,
    @Param() { name, alias }: AliasPathDto,
    @Query() { cursor, limit }: PageQueryDto,
  ): Promise<Page<AliasMoveResponseDto>> {
    const before = cursor === undefined ? null : decodeCursor(cursor, beforeMove).id;
    const moves = await this.aliases.history(projectId, name, alias, before, limit);
    return pageOf(moves, limit, ({ id }) => ({ id }), AliasMoveResponseDto.of);
  }
}
