import {
  applyDecorators,
  Inject,
  Injectable,
  UseGuards,
  type CanActivate,
  type ExecutionContext,
} from '@nestjs/common';
import { bearerToken, ForbiddenError, Public, verifyRunToken, type RunClaims } from '@griffin/platform';
import { ApiBearerAuth } from '@nestjs/swagger';
import { ApiProblems } from '../http/problems.ts';
import type { GuardedRequest } from './caller.ts';

export const runTokenPublicKey = Symbol('run token public key');

/** The token is sound, and speaks for another attempt than the one it is used for. */
export class RunTokenMismatch extends ForbiddenError {
  constructor() {
    super('run_token_mismatch', 'The run token is for another attempt.');
  }
}

/** Lets a request pass with the run token of the very attempt that its path names. */
@Injectable()
export class RunTokenGuard implements CanActivate {
  constructor(@Inject(runTokenPublicKey) private readonly publicKey: string) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const claims = await verifyRunToken(this.publicKey, bearerToken(request.headers.authorization));
    if (!isAbout(claims, request.params as Record<string, string>)) {
      throw new RunTokenMismatch();
    }
    request.runToken = claims;
    return true;
  }
}

/** A route for the runtime of one attempt, with `:id` and `:attempt` in its path; no project's token opens it. */
export const ForRuntime = () =>
  applyDecorators(Public(), UseGuards(RunTokenGuard), ApiBearerAuth('run-token'), ApiProblems(403, 409));

function isAbout({ runId, attempt }: RunClaims, path: Record<string, string>): boolean {
  return path['id'] === runId && path['attempt'] === String(attempt);
}
