import { connectBus } from '@griffin/messaging';
import { startService } from '@griffin/platform';
import { AppModule } from './app.module.ts';
import { Environment } from './environment.ts';
import { serveOpenApi } from './openapi.ts';

await startService({
  name: 'api',
  environment: Environment,
  module: (environment) => AppModule.forEnvironment(environment),
  connect: (app) => {
    serveOpenApi(app);
    connectBus(app);
  },
});
