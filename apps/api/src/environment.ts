import { artifactVariables, pemVariable, serviceVariables } from '@griffin/platform';
import Type, { type Static } from 'typebox';

const url = (description: string) => Type.String({ pattern: '^https?://', description });

export const Environment = Type.Object({
  ...serviceVariables,
  ...artifactVariables,
  GRIFFIN_RUNTIMES_CATALOGUE: Type.String({
    default: 'python/griffin-runtimes/catalogue.json',
    description: 'the path of the file in which griffin-runtimes describes itself',
  }),
  GRIFFIN_MLFLOW_URL: Type.Optional(url('the URL of the MLflow server, as this service and the attempts reach it')),
  GRIFFIN_LINEAGE_URL: url('the URL of the lineage service'),
  GRIFFIN_RUN_TOKEN_PUBLIC_KEY: pemVariable('PUBLIC KEY', 'the Ed25519 public key (PEM) of what isc-worker signs with'),
  GRIFFIN_PRINCIPAL_PRIVATE_KEY: pemVariable(
    'PRIVATE KEY',
    'the Ed25519 private key (PEM) that signs principals; lineage has the public one',
  ),
  GRIFFIN_BOOTSTRAP_PROJECT: Type.String({ default: 'default', minLength: 1, description: 'the first project' }),
  GRIFFIN_BOOTSTRAP_TOKEN: Type.Optional(
    Type.String({ minLength: 32, description: 'the first token of the first project, at least 32 characters' }),
  ),
  GRIFFIN_REPUBLISH_AFTER_SECONDS: Type.Number({
    default: 60,
    minimum: 1,
    description: 'after how many seconds of silence a run is published again',
  }),
});
export type Environment = Static<typeof Environment>;
