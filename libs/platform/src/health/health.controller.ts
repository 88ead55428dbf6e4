import { Controller, Get, HttpStatus, Inject, Logger, Res } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { Public } from '../auth/public.ts';
import { healthChecks, runChecks, type CheckResult, type HealthChecks } from './health-checks.ts';

@Public()
@Controller('health')
export class HealthController {
  readonly #logger = new Logger('Health');
  readonly #checks: HealthChecks;

  constructor(@Inject(healthChecks) checks: HealthChecks) {
    this.#checks = checks;
  }

  /** The process answers: do not restart it. */
  @Get('live')
  live() {
    return { status: 'ok' };
  }

  /** What the service needs is there: send it requests. 503 otherwise; why is in the log, for anyone can ask here. */
  @Get('ready')
  async ready(@Res({ passthrough: true }) reply: FastifyReply) {
    const results = await runChecks(this.#checks);
    const failed = results.filter(({ error }) => error !== undefined);
    for (const { name, error } of failed) this.#logger.warn({ msg: 'not ready', check: name, err: error });
    reply.status(failed.length > 0 ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.OK);
    return { status: failed.length > 0 ? 'unavailable' : 'ok', checks: Object.fromEntries(results.map(outcome)) };
  }
}

function outcome({ name, error }: CheckResult): [string, string] {
  return [name, error === undefined ? 'ok' : 'failed'];
}
