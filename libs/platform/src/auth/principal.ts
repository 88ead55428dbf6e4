import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { invalid, signClaims, verifyClaims, type Purpose } from './signed-claims.ts';

/** On whose behalf api forwards a request to another service. `subject` names the caller's token or user. */
export interface Principal {
  projectId: string;
  subject: string;
}

const purpose: Purpose = { issuer: 'griffin-api', audience: 'griffin-services', name: 'principal' };
const lifetimeSeconds = 60;

const Payload = Type.Object({ sub: Type.String({ minLength: 1 }), project_id: Type.String({ minLength: 1 }) });

/** A principal for one forwarded request: valid for a minute. */
export async function signPrincipal(privatePem: string, { projectId, subject }: Principal): Promise<string> {
  return signClaims(purpose, privatePem, { sub: subject, project_id: projectId }, lifetimeSeconds);
}

/** Refuses with `principal_expired` or `principal_invalid`. */
export async function verifyPrincipal(publicPem: string, token: string): Promise<Principal> {
  const payload: unknown = await verifyClaims(purpose, publicPem, token);
  if (!Value.Check(Payload, payload)) throw invalid(purpose);
  const { sub, project_id }: Static<typeof Payload> = payload;
  return { projectId: project_id, subject: sub };
}
