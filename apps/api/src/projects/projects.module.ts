import { Module, type DynamicModule } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { RunTokenGuard, runTokenPublicKey } from '../auth/run-token.guard.ts';
import { TokenGuard } from '../auth/token.guard.ts';
import { Bootstrap, bootstrapAccess, type BootstrapAccess } from './bootstrap.ts';
import { ProjectRepository } from './project.repository.ts';
import { ProjectService } from './project.service.ts';
import { ProjectsController } from './projects.controller.ts';
import { TokenRepository } from './token.repository.ts';
import { TokenService } from './token.service.ts';

export interface AccessOptions {
  /** Ed25519, PEM: what the worker signs run tokens with has its other half. */
  runTokenPublicKey: string;
  bootstrap: BootstrapAccess;
}

/** Projects and their tokens, and the guards of all routes. */
@Module({})
export class ProjectsModule {
  static forAccess(access: AccessOptions): DynamicModule {
    return {
      module: ProjectsModule,
      global: true,
      controllers: [ProjectsController],
      providers: [
        ProjectRepository,
        ProjectService,
        TokenRepository,
        TokenService,
        Bootstrap,
        { provide: bootstrapAccess, useValue: access.bootstrap },
        { provide: runTokenPublicKey, useValue: access.runTokenPublicKey },
        { provide: APP_GUARD, useClass: TokenGuard },
        RunTokenGuard,
      ],
      exports: [ProjectService, TokenService, RunTokenGuard, runTokenPublicKey],
    };
  }
}
