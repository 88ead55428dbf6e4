import { Controller, Get, Param, Query } from '@nestjs/common';
import { decodeCursor } from '@griffin/platform';
import { ApiBearerAuth, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import Type from 'typebox';
import { CurrentProject } from '../auth/caller.ts';
import { PageQueryDto } from '../http/page.dto.ts';
import { NamePathDto, NumberedVersionPathDto } from '../http/version-path.dto.ts';
import { WaitDto } from '../http/wait.dto.ts';
import { pageOf, pageSchema, type Page } from '../http/page.ts';
import { DatasetCatalogue } from './dataset-catalogue.service.ts';
import { DatasetResponseDto } from './dto/dataset.dto.ts';
import { DatasetVersionResponseDto } from './dto/dataset-version.dto.ts';

const DatasetPage = pageSchema(DatasetResponseDto, 'DatasetPageDto');
const DatasetVersionPage = pageSchema(DatasetVersionResponseDto, 'DatasetVersionPageDto');
const afterName = Type.Object({ name: Type.String() });
const beyondAnyVersion = 2_147_483_647;
const beforeVersion = Type.Object({ version: Type.Integer({ minimum: 1, maximum: beyondAnyVersion }) });

@ApiTags('training datasets')
@ApiBearerAuth()
@Controller('api/training/dataset')
export class DatasetsController {
  constructor(private readonly catalogue: DatasetCatalogue) {}

  @Get()
  @ApiOkResponse({ type: DatasetPage })
  async list(@CurrentProject() projectId: string, @Query() page: PageQueryDto): Promise<Page<DatasetResponseDto>> {
    const after = page.cursor === undefined ? '' : decodeCursor(page.cursor, afterName).name;
    const rows = await this.catalogue.list(projectId, after, page.limit);
    return pageOf(rows, page.limit, ({ name }) => ({ name }), DatasetResponseDto.of);
  }

  /** The newest version, in whatever state. */
  @Get(':name')
  @ApiOkResponse({ type: DatasetVersionResponseDto })
  async newest(
    @CurrentProject() projectId: string,
    @Param() { name }: NamePathDto,
    @Query() { wait }: WaitDto,
  ): Promise<DatasetVersionResponseDto> {
    return DatasetVersionResponseDto.of(name, await this.catalogue.version(projectId, name, null, wait));
  }

  /** The newest first. */
  @Get(':name/versions')
  @ApiOkResponse({ type: DatasetVersionPage })
  async versions(
    @CurrentProject() projectId: string,
    @Param() { name }: NamePathDto,
    @Query() page: PageQueryDto,
  ): Promise<Page<DatasetVersionResponseDto>> {
    const before = page.cursor === undefined ? beyondAnyVersion : decodeCursor(page.cursor, beforeVersion).version;
    const rows = await this.catalogue.versions(projectId, name, before, page.limit);
    const toItem = (row: (typeof rows)[number]) => DatasetVersionResponseDto.of(name, row);
    return pageOf(rows, page.limit, ({ version }) => ({ version }), toItem);
  }

  /** With `wait`, the answer to a PENDING version is held back until it is READY or FAILED. */
  @Get(':name/versions/:version')
  @ApiOkResponse({ type: DatasetVersionResponseDto })
  async version(
    @CurrentProject() projectId: string,
    @Param() { name, version }: NumberedVersionPathDto,
    @Query() { wait }: WaitDto,
  ): Promise<DatasetVersionResponseDto> {
    return DatasetVersionResponseDto.of(name, await this.catalogue.version(projectId, name, version, wait));
  }
}
