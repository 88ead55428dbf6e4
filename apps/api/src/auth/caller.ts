import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { RunClaims } from '@griffin/platform';
import type { FastifyRequest } from 'fastify';

/** Who sent a request: one project's token. */
export interface Caller {
  projectId: string;
  /** Names the token in histories: `token:<name>`. */
  actor: string;
}

/** A request that passed one of the guards. */
export type GuardedRequest = FastifyRequest & { caller?: Caller; runToken?: RunClaims };

/** The caller of a route that needs a token. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext) => callerOf(context));

/** The id of the caller's project. */
export const CurrentProject = createParamDecorator(
  (_: unknown, context: ExecutionContext) => callerOf(context).projectId,
);

/** The claims of the run token, on a route that is `@ForRuntime()`. */
export const CurrentRunToken = createParamDecorator((_: unknown, context: ExecutionContext) => {
  const { runToken } = context.switchToHttp().getRequest<GuardedRequest>();
  if (!runToken) throw new Error('A route that takes the run token must be @ForRuntime()');
  return runToken;
});

function callerOf(context: ExecutionContext): Caller {
  const { caller } = context.switchToHttp().getRequest<GuardedRequest>();
  if (!caller) throw new Error('A route that takes the caller must not be @Public()');
  return caller;
}
