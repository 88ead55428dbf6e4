import { connectBus } from '@griffin/messaging';
import { startService } from '@griffin/platform';
import { AppModule } from './app.module.ts';
import { Environment } from './environment.ts';

await startService({
  name: 'isc-worker',
  environment: Environment,
  module: (environment) => AppModule.forEnvironment(environment),
  connect: connectBus,
});
