import { Inject, Injectable, type OnApplicationBootstrap } from '@nestjs/common';
import { TokenService } from './token.service.ts';

export const bootstrapAccess = Symbol('bootstrap access');

/** The project and token that an installation begins with. */
export interface BootstrapAccess {
  project: string;
  token: string | undefined;
}

/** Makes an installation usable from its first start: there must be a first token. */
@Injectable()
export class Bootstrap implements OnApplicationBootstrap {
  constructor(
    @Inject(bootstrapAccess) private readonly access: BootstrapAccess,
    private readonly tokens: TokenService,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { project, token } = this.access;
    if (token !== undefined) await this.tokens.bootstrap(project, token);
  }
}
