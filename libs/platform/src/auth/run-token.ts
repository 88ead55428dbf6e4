import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { invalid, signClaims, verifyClaims, type Purpose } from './signed-claims.ts';

/** What a runtime may act as: one attempt of one run. */
export interface RunClaims {
  runId: string;
  attempt: number;
  projectId: string;
}

const purpose: Purpose = { issuer: 'griffin-isc-worker', audience: 'griffin-api:run', name: 'run_token' };

const Payload = Type.Object({
  sub: Type.String({ minLength: 1 }),
  attempt: Type.Integer({ minimum: 1 }),
  project_id: Type.String({ minLength: 1 }),
});

/** The token that an attempt's runtime reports with. Must outlive the run's timeout. */
export async function signRunToken(
  privatePem: string,
  { runId, attempt, projectId, expiresInSeconds }: RunClaims & { expiresInSeconds: number },
): Promise<string> {
  return signClaims(purpose, privatePem, { sub: runId, attempt, project_id: projectId }, expiresInSeconds);
}

/** Refuses with `run_token_expired` or `run_token_invalid`. */
export async function verifyRunToken(publicPem: string, token: string): Promise<RunClaims> {
  const payload: unknown = await verifyClaims(purpose, publicPem, token);
  if (!Value.Check(Payload, payload)) throw invalid(purpose);
  const { sub, attempt, project_id }: Static<typeof Payload> = payload;
  return { runId: sub, attempt, projectId: project_id };
}
