import { Controller, Get, Headers, HttpStatus, Inject, Param, Res, StreamableFile } from '@nestjs/common';
import { fileUri } from '@griffin/platform';
import {
  ApiBearerAuth,
  ApiHeader,
  ApiOkResponse,
  ApiProduces,
  ApiProperty,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { artifactStore, type ArtifactStore } from '../artifacts/artifact-store.ts';
import { CurrentProject } from '../auth/caller.ts';
import { readRange } from './byte-range.ts';
import { ArtifactDto } from './dto/model-version.dto.ts';
import { ArtifactPathDto, VersionPathDto } from './dto/version-path.dto.ts';
import { ArtifactUnknown } from './registry.errors.ts';
import { RegistryService } from './registry.service.ts';

class ArtifactsResponseDto {
  @ApiProperty({ type: [ArtifactDto] })
  items: ArtifactDto[];
}

const bytes = { type: 'string', format: 'binary' } as const;

@ApiTags('registry')
@ApiBearerAuth()
@Controller('api/registry/models/:name/versions/:version/artifacts')
export class ArtifactsController {
  constructor(
    private readonly registry: RegistryService,
    @Inject(artifactStore) private readonly store: ArtifactStore,
  ) {}

  @Get()
  @ApiOkResponse({ type: ArtifactsResponseDto })
  async list(@CurrentProject() projectId: string, @Param() path: VersionPathDto): Promise<ArtifactsResponseDto> {
    const { version } = await this.registry.get(projectId, VersionPathDto.toReference(path));
    return { items: version.output.files };
  }

  /**
   * The bytes of one file. `Content-Digest` (RFC 9530) is what was registered: whoever downloads can check them. With
   * `Range`, a part of them, and `Repr-Digest` for when they are put together.
   */
  @Get('*')
  @ApiHeader({ name: 'range', required: false, description: 'One range of bytes, as `bytes=1000-`.' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: bytes })
  @ApiResponse({ status: HttpStatus.PARTIAL_CONTENT, description: 'The range that was asked for.', schema: bytes })
  async download(
    @CurrentProject() projectId: string,
    @Param() { '*': path, ...selected }: ArtifactPathDto,
    @Headers() headers: Record<string, string | undefined>,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { uri, sha256 } = await this.find(projectId, selected, path);
    const size = (await this.store.stat(uri))?.size;
    if (size === undefined) throw new ArtifactUnknown(path);
    const range = rangeOf(headers, size);
    const content = await this.store.stream(uri, range);
    if (!content) throw new ArtifactUnknown(path);
    reply.status(range ? HttpStatus.PARTIAL_CONTENT : HttpStatus.OK).headers(describe(sha256, size, range));
    const length = range ? range.end - range.start + 1 : size;
    return new StreamableFile(content, { type: 'application/octet-stream', length });
  }

  /** Only what was registered is an artifact, whatever else lies beside it. */
  private async find(projectId: string, selected: VersionPathDto, path: string) {
    const { version } = await this.registry.get(projectId, VersionPathDto.toReference(selected));
    const file = version.output.files.find((candidate) => candidate.path === path);
    if (!file) throw new ArtifactUnknown(path);
    return { uri: fileUri(version.output.uri, file.path), sha256: file.sha256 };
  }
}

type Range = ReturnType<typeof readRange>;

/** `If-Range` is about a validator, and the answers have none that it could match. */
function rangeOf(headers: Record<string, string | undefined>, size: number): Range {
  return headers['if-range'] === undefined ? readRange(headers['range'], size) : undefined;
}

function describe(sha256: string, size: number, range: Range): Record<string, string> {
  const digest = `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
  const always = { 'accept-ranges': 'bytes', 'repr-digest': digest };
  if (!range) return { ...always, 'content-digest': digest };
  return { ...always, 'content-range': `bytes ${range.start}-${range.end}/${size}` };
}
