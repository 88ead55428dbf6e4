import { Controller, Get, Param, Query } from '@nestjs/common';
import { decodeCursor } from '@griffin/platform';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import Type from 'typebox';
import { CurrentProject } from '../auth/caller.ts';
import { PageQueryDto } from '../http/page.dto.ts';
import { pageOf, pageSchema, type Page } from '../http/page.ts';
import { NamePathDto } from '../http/version-path.dto.ts';
import { RegistryCatalogue } from './catalogue.service.ts';
import { ModelResponseDto } from './dto/model.dto.ts';
import { ModelVersionResponseDto } from './dto/model-version.dto.ts';
import { AsOfQueryDto, VersionPathDto } from './dto/version-path.dto.ts';
import { RegistryService } from './registry.service.ts';

const ModelPage = pageSchema(ModelResponseDto, 'ModelPageDto');
const ModelVersionPage = pageSchema(ModelVersionResponseDto, 'ModelVersionPageDto');
const afterName = Type.Object({ name: Type.String() });
const beyondAnyVersion = 2_147_483_647;
const beforeVersion = Type.Object({ version: Type.Integer({ minimum: 1, maximum: beyondAnyVersion }) });

@ApiTags('registry')
@ApiBearerAuth()
@Controller('api/registry/models')
export class RegistryController {
  constructor(
    private readonly catalogue: RegistryCatalogue,
    private readonly registry: RegistryService,
  ) {}

  @Get()
  @ApiOkResponse({ type: ModelPage })
  async models(@CurrentProject() projectId: string, @Query() page: PageQueryDto): Promise<Page<ModelResponseDto>> {
    const after = page.cursor === undefined ? '' : decodeCursor(page.cursor, afterName).name;
    const rows = await this.catalogue.models(projectId, after, page.limit);
    return pageOf(rows, page.limit, ({ model }) => ({ name: model.name }), ModelResponseDto.of);
  }

  @Get(':name')
  @ApiOkResponse({ type: ModelResponseDto })
  async model(@CurrentProject() projectId: string, @Param() { name }: NamePathDto): Promise<ModelResponseDto> {
    return ModelResponseDto.of(await this.catalogue.model(projectId, name));
  }

  /** The newest first. */
  @Get(':name/versions')
  @ApiOkResponse({ type: ModelVersionPage })
  async versions(
    @CurrentProject() projectId: string,
    @Param() { name }: NamePathDto,
    @Query() page: PageQueryDto,
  ): Promise<Page<ModelVersionResponseDto>> {
    const before = page.cursor === undefined ? beyondAnyVersion : decodeCursor(page.cursor, beforeVersion).version;
    const rows = await this.catalogue.versions(projectId, name, before, page.limit);
    const toItem = (row: (typeof rows)[number]) => ModelVersionResponseDto.of(name, row);
    return pageOf(rows, page.limit, ({ version }) => ({ version }), toItem);
  }

  /** A version by its number, or the one that an alias points to or pointed to. */
  @Get(':name/versions/:version')
  @ApiOkResponse({ type: ModelVersionResponseDto })
  async version(
    @CurrentProject() projectId: string,
    @Param() path: VersionPathDto,
    @Query() asOf: AsOfQueryDto,
  ): Promise<ModelVersionResponseDto> {
    const reference = VersionPathDto.toReference(path);
    const { model, version } = await this.registry.get(projectId, reference, AsOfQueryDto.toMoment(asOf));
    return ModelVersionResponseDto.of(model.name, version);
  }
}
