import { artifactVariables, pemVariable, serviceVariables } from '@griffin/platform';
import Type, { type Static } from 'typebox';
import { kubernetesVariables } from './kubernetes/kubernetes-variables.ts';
import { localVariables } from './local/local-variables.ts';

/** The worker's environment. The store's variables are for the attempts; the worker keeps logs there that nobody else keeps. */
export const Environment = Type.Object({
  ...serviceVariables,
  ...artifactVariables,
  GRIFFIN_API_URL: Type.String({
    pattern: '^https?://',
    description: 'the URL of api as the attempts reach it: http://127.0.0.1:3000',
  }),
  GRIFFIN_RUN_TOKEN_PRIVATE_KEY: pemVariable(
    'PRIVATE KEY',
    'the Ed25519 private key (PEM) that signs the tokens of attempts; api has the public one',
  ),
  GRIFFIN_MLFLOW_URL: Type.Optional(
    Type.String({ pattern: '^https?://', description: 'the URL of the MLflow server that attempts log to' }),
  ),
  GRIFFIN_BACKEND: Type.Enum(['local', 'kubernetes'], {
    default: 'local',
    description: 'where attempts run: local, or kubernetes (with KubeRay)',
  }),
  GRIFFIN_ATTEMPTS_AT_ONCE: Type.Integer({
    minimum: 1,
    maximum: 256,
    default: 8,
    description: 'how many attempts the worker looks at, makes or removes at a time',
  }),
  ...localVariables,
  ...kubernetesVariables,
});
export type Environment = Static<typeof Environment>;

const inheritedNames =
  /^(PATH|HOME|USER|LOGNAME|LANG|LC_\w+|TZ|TMPDIR|LD_LIBRARY_PATH|CUDA_\w+|NVIDIA_\w+|SSL_CERT_\w+|(https?|no)_proxy)$/i;

/** What attempts on this machine inherit of it. A list of what may pass: the worker's own variables hold secrets. */
export function inheritedEnvironment(env: NodeJS.ProcessEnv = process.env): Record<string, string> {
  const passing = Object.entries(env).filter(([name]) => inheritedNames.test(name));
  return Object.fromEntries(passing.map(([name, value]) => [name, value ?? '']));
}
