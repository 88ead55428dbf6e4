import { Body, Controller, HttpCode, HttpStatus, Param, Post } from '@nestjs/common';
import type { RunClaims } from '@griffin/platform';
import { ApiBody, ApiNoContentResponse, ApiOkResponse, ApiTags } from '@nestjs/swagger';
import { FinalReport } from '@griffin/contracts';
import { CurrentRunToken } from '../auth/caller.ts';
import { ForRuntime } from '../auth/run-token.guard.ts';
import { openApiSchema } from '../http/openapi-schema.ts';
import {
  AttemptPathDto,
  readReport,
  ReportedDto,
  ReportProgressDto,
  StartAttemptDto,
  StartedAttemptDto,
} from './dto/runtime.dto.ts';
import { RuntimeProtocol } from './runtime-protocol.service.ts';

/** For the process that does a run's work, under the token of its attempt. */
@ApiTags('runtime')
@ForRuntime()
@Controller('api/workflows/:id/attempts/:attempt')
export class RuntimeController {
  constructor(private readonly protocol: RuntimeProtocol) {}

  /** Claims the attempt. 409 tells any process but the first to stop. */
  @Post('start')
  @HttpCode(HttpStatus.OK)
  @ApiOkResponse({ type: StartedAttemptDto })
  async start(
    @CurrentRunToken() claims: RunClaims,
    @Param() _path: AttemptPathDto,
    @Body() { boot_id: bootId }: StartAttemptDto,
  ): Promise<StartedAttemptDto> {
    const { spec, mlflowUrl } = await this.protocol.claim(claims, bootId);
    return { spec, mlflow_url: mlflowUrl };
  }

  /** Where to look, and how far it is. 409 tells the process to stop. */
  @Post('progress')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiBody({ type: ReportProgressDto, required: false })
  @ApiNoContentResponse()
  async progress(
    @CurrentRunToken() claims: RunClaims,
    @Param() _path: AttemptPathDto,
    @Body() { links, progress }: ReportProgressDto,
  ): Promise<void> {
    await this.protocol.progress(claims, links, progress);
  }

  /** The final report: the commit of the attempt. Sending it again changes nothing. */
  @Post('report')
  @HttpCode(HttpStatus.OK)
  @ApiBody({ schema: openApiSchema(FinalReport) })
  @ApiOkResponse({ type: ReportedDto })
  async report(
    @CurrentRunToken() claims: RunClaims,
    @Param() _path: AttemptPathDto,
    @Body() body: Record<string, unknown>,
  ): Promise<ReportedDto> {
    const { state } = await this.protocol.report(claims, readReport(body));
    return { state };
  }
}
