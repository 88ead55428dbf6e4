import { pemVariable, serviceVariables } from '@griffin/platform';
import Type, { type Static } from 'typebox';

export const Environment = Type.Object({
  ...serviceVariables,
  GRIFFIN_PRINCIPAL_PUBLIC_KEY: pemVariable('PUBLIC KEY', 'the Ed25519 key (PEM) that checks what api signs'),
});
export type Environment = Static<typeof Environment>;
