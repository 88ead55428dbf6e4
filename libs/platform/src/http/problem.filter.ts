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
  if (problem.status === bodyTooLarge) {
    // The limit is the route's: what was thrown does not know it.
    problem.detail = `The body is larger than ${reply.request.routeOptions.bodyLimit} bytes, and no more are read.`;
    keepReading(reply);
  }
  void reply.status(problem.status).headers(problemHeaders(thrown)).send(problem);
}

const bodyTooLarge = 413;

/**
 * Fastify would close the connection under a body that is still being sent, and the sender would see that instead of the
 * answer. What is left of the body is read and thrown away; the server's request timeout bounds it.
 */
function keepReading(reply: FastifyReply): void {
  void reply.removeHeader('connection');
  reply.request.raw.resume();
}
