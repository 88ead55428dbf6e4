import { Body, Controller, Delete, Get, HttpCode, Param, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentCaller, CurrentProject, type Caller } from '../auth/caller.ts';
import { AliasService } from './alias.service.ts';
import { AliasHistoryResponseDto, AliasMoveResponseDto, AliasPathDto, MoveAliasDto } from './dto/alias.dto.ts';
import { ModelVersionResponseDto } from './dto/model-version.dto.ts';
import { RegistryService } from './registry.service.ts';

@ApiTags('registry')
@ApiBearerAuth()
@Controller('api/registry/models/:name/aliases/:alias')
export class AliasController {
  constructor(
    private readonly aliases: AliasService,
    private readonly registry: RegistryService,
  ) {}

  /** Makes the alias point to a version. Answers with that version. */
  @Put()
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
  @Delete()
  @HttpCode(204)
  @ApiNoContentResponse()
  async remove(@CurrentCaller() caller: Caller, @Param() { name, alias }: AliasPathDto): Promise<void> {
    await this.aliases.move(caller, name, alias, null);
  }

  /** Every move, the newest first. */
  @Get('history')
  @ApiOkResponse({ type: AliasHistoryResponseDto })
  async history(
    @CurrentProject() projectId: string,
    @Param() { name, alias }: AliasPathDto,
  ): Promise<AliasHistoryResponseDto> {
    const moves = await this.aliases.history(projectId, name, alias);
    return { items: moves.map((move) => AliasMoveResponseDto.of(move)) };
  }
}
