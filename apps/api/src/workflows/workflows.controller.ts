import { Body, Controller, Get, Headers, HttpCode, HttpStatus, Param, Post, Query, Res } from '@nestjs/common';
import { decodeCursor } from '@griffin/platform';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiHeader,
  ApiOkResponse,
  ApiResponse,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { CurrentCaller, CurrentProject, type Caller } from '../auth/caller.ts';
import { ApiIdempotencyKey, IdempotencyKey } from '../http/idempotency-key.ts';
import { ApiProblems } from '../http/problems.ts';
import { etagOf, readEtag } from '../http/etag.ts';
import { WaitDto } from '../http/wait.dto.ts';
import { idCursor, pageOf, pageSchema, type Page } from '../http/page.ts';
import { OwnerRefDto } from './dto/owner-ref.dto.ts';
import { OwnerQueryDto } from './dto/owner-query.dto.ts';
import { BatchStatusDto, ListRunsDto, RunPathDto } from './dto/run-query.dto.ts';
import { DryRunResponseDto, RunNewsDto, RunNewsResponseDto, RunResponseDto } from './dto/run.dto.ts';
import { SubmitQueryDto, SubmitRunDto, TerminateRunDto } from './dto/submit-run.dto.ts';
import { OwnerLeases } from './owner-leases.service.ts';
import { RunQueries } from './run-queries.service.ts';
import type { RunEntity } from './run.entity.ts';
import { SubmitService } from './submit.service.ts';
import { TerminationService } from './termination.service.ts';

const RunPage = pageSchema(RunResponseDto, 'RunPageDto');

@ApiTags('workflows')
@ApiBearerAuth()
@Controller('api/workflows')
export class WorkflowsController {
  constructor(
    private readonly submissions: SubmitService,
    private readonly terminations: TerminationService,
    private readonly queries: RunQueries,
    private readonly leases: OwnerLeases,
  ) {}

  /**
   * Submits a run. With an `Idempotency-Key` the same request gives the same run however often it is sent; with an
   * `owner_ref` the owner has one active run at most.
   */
  @Post()
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: RunResponseDto })
  @ApiExtraModels(DryRunResponseDto)
  @ApiOkResponse({
    schema: { anyOf: [{ $ref: getSchemaPath(RunResponseDto) }, { $ref: getSchemaPath(DryRunResponseDto) }] },
    description: 'The run of an earlier request; or the spec of a dry run.',
  })
  @ApiProblems(404, 409)
  async submit(
    @CurrentCaller() caller: Caller,
    @IdempotencyKey() idempotencyKey: string | undefined,
    @Query() { dry_run: dryRun }: SubmitQueryDto,
    @Body() body: SubmitRunDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponseDto | DryRunResponseDto> {
    const request = SubmitRunDto.toRequest(body);
    const owner = SubmitRunDto.toOwner(body);
    if (dryRun) {
      reply.status(HttpStatus.OK);
      return { spec: await this.submissions.dryRun({ caller, request }) };
    }
    const { outcome, run } = await this.submissions.submit({ caller, request, body, idempotencyKey, owner });
    reply.status(outcome === 'created' ? HttpStatus.CREATED : HttpStatus.OK);
    if (outcome === 'replayed') reply.header('idempotency-replayed', 'true');
    reply.header('location', `/api/workflows/${run.id}`);
    return answer(run, reply);
  }

  /** The newest first. */
  @Get()
  @ApiOkResponse({ type: RunPage })
  async list(@CurrentProject() projectId: string, @Query() query: ListRunsDto): Promise<Page<RunResponseDto>> {
    const { state: states, definition, kind, name, cursor, limit } = query;
    const before = cursor === undefined ? undefined : decodeCursor(cursor, idCursor).id;
    const owner = OwnerQueryDto.toFilter(query);
    const rows = await this.queries.list({ projectId, states, definition, kind, name, owner }, before, limit);
    return pageOf(rows, limit, ({ id }) => ({ id }), RunResponseDto.of);
  }

  /**
   * The state of many runs in one request: answers with those that the client has not seen as they are now. Those with
   * `renew_lease` have all of their owner's lease before them again, from when the request came.
   */
  @Post('status')
  @HttpCode(HttpStatus.OK)
  @ApiOkResponse({ type: RunNewsResponseDto })
  async status(@CurrentProject() projectId: string, @Body() body: BatchStatusDto): Promise<RunNewsResponseDto> {
    const leased = body.runs.filter((run) => run.renew_lease).map(({ id }) => id);
    await this.leases.renew(projectId, leased);
    const seen = new Map(body.runs.map(({ id, etag }) => [id, readEtag(etag)]));
    const news = await this.queries.news(projectId, seen, body.wait);
    return { items: news.map((run) => RunNewsDto.of(run)) };
  }

  /** With `wait`, the answer is held back until the run differs from `If-None-Match`, or from what it is now. */
  @Get(':id')
  @ApiHeader({ name: 'if-none-match', required: false, description: 'The ETag of the answer the client has.' })
  @ApiOkResponse({ type: RunResponseDto })
  @ApiResponse({ status: HttpStatus.NOT_MODIFIED, description: 'The run is as the client knows it.' })
  async get(
    @CurrentProject() projectId: string,
    @Param() { id }: RunPathDto,
    @Query() { wait }: WaitDto,
    @Headers('if-none-match') ifNoneMatch: string | undefined,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponseDto | undefined> {
    const seen = readEtag(ifNoneMatch);
    const run = await this.queries.wait(projectId, id, seen, wait);
    if (run) return answer(run, reply);
    reply.status(HttpStatus.NOT_MODIFIED);
    reply.header('etag', etagOf({ revision: seen! }));
    return undefined;
  }

  /** Asks a run to end, and answers at once. A run that is over stays as it is. */
  @Post(':id/terminate')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiAcceptedResponse({ type: RunResponseDto })
  @ApiBody({ type: TerminateRunDto, required: false })
  @ApiProblems(409)
  async terminate(
    @CurrentCaller() caller: Caller,
    @Param() { id }: RunPathDto,
    @Body() { reason, owner_ref: owner }: TerminateRunDto,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RunResponseDto> {
    const run = await this.terminations.terminate(caller, id, reason, owner && OwnerRefDto.toRef(owner));
    return answer(run, reply);
  }
}

function answer(run: RunEntity, reply: FastifyReply): RunResponseDto {
  reply.header('etag', etagOf(run));
  return RunResponseDto.of(run);
}
