import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { bearerToken, isPublic, UnauthenticatedError } from '@griffin/platform';
import { TokenService } from '../projects/token.service.ts';
import type { GuardedRequest } from './caller.ts';

/** Lets a request pass with the token of a project. Every route has it but the `@Public()` and `@ForRuntime()` ones. */
@Injectable()
export class TokenGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: TokenService,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (context.getType() !== 'http' || isPublic(this.reflector, context)) return true;
    const request = context.switchToHttp().getRequest<GuardedRequest>();
    const caller = await this.tokens.authenticate(bearerToken(request.headers.authorization));
    if (!caller) throw new UnauthenticatedError('token_invalid', 'The token is unknown, expired or revoked.');
    request.caller = caller;
    return true;
  }
}
