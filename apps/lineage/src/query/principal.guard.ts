import { createParamDecorator, Inject, Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { bearerToken, verifyPrincipal, type Principal } from '@griffin/platform';
import type { FastifyRequest } from 'fastify';

/** The PEM of the public key that belongs to what api signs principals with. */
export const principalPublicKey = Symbol('principal public key');

const principals = new WeakMap<object, Principal>();

/** Lets in what api forwards, and nobody else. */
@Injectable()
export class PrincipalGuard implements CanActivate {
  readonly #publicKey: string;

  constructor(@Inject(principalPublicKey) publicKey: string) {
    this.#publicKey = publicKey;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const token = bearerToken(request.headers.authorization);
    principals.set(request, await verifyPrincipal(this.#publicKey, token));
    return true;
  }
}

/** The principal of a route that has the `PrincipalGuard`. */
export const CurrentPrincipal = createParamDecorator((_data: unknown, context: ExecutionContext): Principal => {
  const principal = principals.get(context.switchToHttp().getRequest<FastifyRequest>());
  if (!principal) throw new Error('CurrentPrincipal needs the PrincipalGuard on its route');
  return principal;
});
