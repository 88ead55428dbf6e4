import { Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { bearerToken, PlatformError } from '@griffin/platform';
import { isUUID } from 'class-validator';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { etagOf, readEtag } from '../http/etag.ts';
import { TokenService } from '../projects/token.service.ts';
import { RunQueries } from './run-queries.service.ts';

const route = '/api/workflows/:id';

/**
 * Says 304 to those who ask whether a run has changed when it has not: most of what polling clients send. It is said
 * before the request enters Nest, whose guards, pipes and routes cost several times as much as the answer. Whatever is
 * not such a question, or has another answer, goes on to the controller, which knows all of them.
 */
@Injectable()
export class UnchangedRuns implements OnModuleInit {
  constructor(
    private readonly host: HttpAdapterHost<FastifyAdapter>,
    private readonly tokens: TokenService,
    private readonly queries: RunQueries,
  ) {}

  onModuleInit(): void {
    const server = this.host.httpAdapter.getInstance();
    server.addHook('onRequest', (request, reply, done) => {
      const question = questionOf(request);
      // Fastify goes on when the promise is kept, unless the reply was sent.
      return question ? this.answer(question, reply) : done();
    });
  }

  /** The token and the run are looked up at once; of the run nothing is said unless the token opens its project. */
  private async answer({ token, id, seen }: Question, reply: FastifyReply): Promise<void> {
    const [caller, standing] = await Promise.all([this.tokens.authenticate(token), this.queries.standingOf(id)]);
    if (!caller || standing?.projectId !== caller.projectId || standing.revision !== seen) return;
    void reply.code(304).header('etag', etagOf(standing)).send();
  }
}

interface Question {
  token: string;
  id: string;
  seen: number;
}

function questionOf(request: FastifyRequest): Question | undefined {
  if (request.method !== 'GET' || request.routeOptions.url !== route || request.url.includes('?')) return undefined;
  const seen = readEtag(request.headers['if-none-match']);
  const { id } = request.params as { id: string };
  const token = readToken(request.headers.authorization);
  return seen === undefined || token === undefined || !isUUID(id) ? undefined : { token, id, seen };
}

function readToken(authorization: string | undefined): string | undefined {
  try {
    return bearerToken(authorization);
  } catch (error) {
    if (error instanceof PlatformError) return undefined;
    throw error;
  }
}
