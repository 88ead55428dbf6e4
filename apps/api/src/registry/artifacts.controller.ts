import { Controller, Get, Inject, Param, Res, StreamableFile } from '@nestjs/common';
import type { ArtifactFile } from '@griffin/contracts';
import { fileUri } from '@griffin/platform';
import { ApiBearerAuth, ApiOkResponse, ApiParam, ApiProduces, ApiProperty, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { artifactStore, type ArtifactStore } from '../artifacts/artifact-store.ts';
import { CurrentProject } from '../auth/caller.ts';
import { ArtifactDto } from './dto/model-version.dto.ts';
import { VersionPathDto } from './dto/version-path.dto.ts';
import { ArtifactUnknown } from './registry.errors.ts';
import { RegistryService } from './registry.service.ts';

class ArtifactsResponseDto {
  @ApiProperty({ type: [ArtifactDto] })
  items: ArtifactDto[];
}

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

  /** The bytes of one file. `Content-Digest` (RFC 9530) is what was registered: whoever downloads can check them. */
  @Get('*')
  @ApiParam({ name: 'path', description: "The artifact's path.", example: 'model.ubj' })
  @ApiProduces('application/octet-stream')
  @ApiOkResponse({ schema: { type: 'string', format: 'binary' } })
  async download(
    @CurrentProject() projectId: string,
    @Param('name') name: string,
    @Param('version') selector: string,
    @Param('*') path: string,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<StreamableFile> {
    const { version } = await this.registry.get(projectId, VersionPathDto.toReference({ name, version: selector }));
    const file = version.output.files.find((candidate) => candidate.path === path);
    const content = file && (await this.store.stream(fileUri(version.output.uri, file.path)));
    if (!content) throw new ArtifactUnknown(path);
    reply.header('content-digest', contentDigest(file));
    return new StreamableFile(content, { type: 'application/octet-stream', length: file.size });
  }
}

const contentDigest = ({ sha256 }: ArtifactFile) => `sha-256=:${Buffer.from(sha256, 'hex').toString('base64')}:`;
