import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import { BadRequestError } from '@griffin/platform';
import { ApiHeader } from '@nestjs/swagger';
import type { FastifyRequest } from 'fastify';

const visibleAscii = /^[\x21-\x7e]{1,255}$/;

/** The request's `Idempotency-Key`, undefined without one. Refuses what is no key. */
export const IdempotencyKey = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const key = context.switchToHttp().getRequest<FastifyRequest>().headers['idempotency-key'];
  if (key === undefined || (typeof key === 'string' && visibleAscii.test(key))) return key;
  const message = 'An Idempotency-Key has 1 to 255 visible ASCII characters.';
  throw new BadRequestError('idempotency_key_invalid', message);
});

/** Documents the header on a route that takes it. */
export const ApiIdempotencyKey = () =>
  ApiHeader({
    name: 'idempotency-key',
    required: false,
    description: 'Up to 255 visible ASCII characters of your choice. The same request under the same key is done once.',
    schema: { type: 'string', pattern: visibleAscii.source },
  });
