/** Serves the platform on this machine until Ctrl-C. Usage: up.ts [--bus embedded|kafka] [--state-dir <folder>] */
import { parseArgs } from 'node:util';
import { artifactPlace } from './stack/artifacts.ts';
import { tokenFile } from './stack/secrets.ts';
import { serveUntilSignal } from './stack/serve-until-signal.ts';
import { startStack, type StackOptions } from './stack/start-stack.ts';

const { values } = parseArgs({
  options: {
    bus: { type: 'string', default: process.env['GRIFFIN_BUS'] ?? 'embedded' },
    'state-dir': { type: 'string' },
  },
});
if (values.bus !== 'embedded' && values.bus !== 'kafka') {
  console.error(`--bus is embedded or kafka, not '${values.bus}'`);
  process.exit(2);
}

try {
  const bus: StackOptions['bus'] = values.bus;
  const stack = await startStack({
    bus,
    artifacts: artifactPlace(process.env),
    stateDir: values['state-dir'],
    apiPort: Number(process.env['GRIFFIN_PORT'] ?? 8080),
    onProgress: console.error,
  });
  console.log(`Griffin serves at   ${stack.apiUrl}`);
  console.log(`API documentation   ${stack.apiUrl}/api/docs`);
  console.log(`MLflow              ${stack.mlflowUrl}`);
  console.log(`Token               export GRIFFIN_TOKEN=$(cat ${tokenFile(stack.state.keys)})`);
  console.log('Ctrl-C ends everything.');
  await serveUntilSignal(stack);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
