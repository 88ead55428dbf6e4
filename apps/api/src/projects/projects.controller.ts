import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { Database } from '@griffin/database';
import { decodeCursor } from '@griffin/platform';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentProject } from '../auth/caller.ts';
import { PageQueryDto } from '../http/page.dto.ts';
import { idCursor, pageOf, pageSchema, type Page } from '../http/page.ts';
import { ProjectResponseDto } from './dto/project.dto.ts';
import { CreatedTokenDto, CreateTokenDto, TokenPathDto, TokenResponseDto } from './dto/token.dto.ts';
import { ProjectRepository } from './project.repository.ts';
import { TokenService } from './token.service.ts';

const TokenPage = pageSchema(TokenResponseDto, 'TokenPageDto');

@ApiTags('projects')
@ApiBearerAuth()
@Controller('api/projects')
export class ProjectsController {
  constructor(
    private readonly database: Database,
    private readonly projects: ProjectRepository,
    private readonly tokens: TokenService,
  ) {}

  /** The project that the token belongs to. */
  @Get()
  @ApiOkResponse({ type: ProjectResponseDto })
  async own(@CurrentProject() projectId: string): Promise<ProjectResponseDto> {
    return ProjectResponseDto.of(await this.projects.get(this.database.manager, projectId));
  }

  @Post('tokens')
  @ApiCreatedResponse({ type: CreatedTokenDto })
  async createToken(@CurrentProject() projectId: string, @Body() body: CreateTokenDto): Promise<CreatedTokenDto> {
    return this.tokens.create(projectId, body.name, CreateTokenDto.toExpiry(body));
  }

  @Get('tokens')
  @ApiOkResponse({ type: TokenPage })
  async listTokens(
    @CurrentProject() projectId: string,
    @Query() { cursor, limit }: PageQueryDto,
  ): Promise<Page<TokenResponseDto>> {
    const after = cursor === undefined ? null : decodeCursor(cursor, idCursor).id;
    const rows = await this.tokens.list(projectId, after, limit);
    return pageOf(rows, limit, ({ id }) => ({ id }), TokenResponseDto.of);
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async revokeToken(@CurrentProject() projectId: string, @Param() { id }: TokenPathDto): Promise<void> {
    await this.tokens.revoke(projectId, id);
  }
}
