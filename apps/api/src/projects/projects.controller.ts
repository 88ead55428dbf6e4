import { Body, Controller, Delete, Get, HttpCode, Param, ParseUUIDPipe, Post } from '@nestjs/common';
import { Database } from '@griffin/database';
import { ApiBearerAuth, ApiCreatedResponse, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { CurrentProject } from '../auth/caller.ts';
import { ProjectResponseDto } from './dto/project.dto.ts';
import { CreatedTokenDto, CreateTokenDto, TokenResponseDto, TokensResponseDto } from './dto/token.dto.ts';
import { ProjectRepository } from './project.repository.ts';
import { TokenService } from './token.service.ts';

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
    return this.tokens.create(projectId, body.name, body.expires_at === undefined ? null : new Date(body.expires_at));
  }

  @Get('tokens')
  @ApiOkResponse({ type: TokensResponseDto })
  async listTokens(@CurrentProject() projectId: string): Promise<TokensResponseDto> {
    return { items: (await this.tokens.list(projectId)).map((token) => TokenResponseDto.of(token)) };
  }

  @Delete('tokens/:id')
  @HttpCode(204)
  @ApiNoContentResponse()
  async revokeToken(@CurrentProject() projectId: string, @Param('id', ParseUUIDPipe) id: string): Promise<void> {
    await this.tokens.revoke(projectId, id);
  }
}
