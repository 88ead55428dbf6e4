import { Catch, Logger, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply } from 'fastify';
import { problemHeaders, toProblem } from '../errors/problem.ts';

/** Answers every error with a problem; logs those that are ours, with their cause. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  readonly #logger = new Logger('Http');

  catch(thrown: unknown, host: ArgumentsHost): void {
    const reply = host.switchToHttp().getResponse<FastifyReply>();
    if (reply.sent) {
      this.#logger.warn({ msg: 'the answer broke off', err: thrown });
      return;
    }
    sendProblem(reply, thrown, this.#logger);
  }
}

/** Sends the problem; the log gets the thrown value itself when the status says that the fault is on our side. */
export function sendProblem(reply: FastifyReply, thrown: unknown, logger: Logger): void {
  const problem = toProblem(thrown);
  if (problem.status >= 500) logger.error({ msg: problem.detail, code: problem.code, err: thrown });
  void reply.status(problem.status).headers(problemHeaders(thrown)).send(problem);
}
