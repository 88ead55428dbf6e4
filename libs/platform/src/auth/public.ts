import { SetMetadata, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';

const publicRoute = 'griffin:public';

/** Marks a route or controller that needs no token. */
export const Public = () => SetMetadata(publicRoute, true);

/** Whether the guarded handler, or its controller, is marked `@Public()`. */
export function isPublic(reflector: Reflector, context: ExecutionContext): boolean {
  return (
    reflector.getAllAndOverride<boolean | undefined>(publicRoute, [context.getHandler(), context.getClass()]) ?? false
  );
}
