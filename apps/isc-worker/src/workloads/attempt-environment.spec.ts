import { generateKeyPairSync } from 'node:crypto';
import { decodeJwt } from 'jose';
import { expect, it } from 'vitest';
import { anAttempt, aRunSpec } from '../backend/attempt.fixtures.ts';
import { attemptEnvironment } from './attempt-environment.ts';

const { privateKey } = generateKeyPairSync('ed25519');
const settings = {
  apiUrl: 'http://127.0.0.1:8080',
  runTokenPrivateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
  s3: { GRIFFIN_S3_ACCESS_KEY: 'access', GRIFFIN_S3_SECRET_KEY: 'secret' },
};
const inS3 = { artifact_root: 's3://bucket/runs/1' };

it('gives the keys to S3 to an attempt whose artifacts lie there', async () => {
  expect(await attemptEnvironment(settings, anAttempt(aRunSpec(inS3)))).toMatchObject(settings.s3);
});

it('gives them to no other', async () => {
  const names = Object.keys(await attemptEnvironment(settings, anAttempt(aRunSpec())));
  expect(names.filter((name) => name.startsWith('GRIFFIN_S3_'))).toEqual([]);
});

it('gives a token that outlives the run, however long that may take', async () => {
  const month = 30 * 24 * 60 * 60;
  const spec = aRunSpec({ limits: { ...aRunSpec().limits, run_timeout_seconds: month } });
  const { GRIFFIN_RUN_TOKEN: token = '' } = await attemptEnvironment(settings, anAttempt(spec));
  expect((decodeJwt(token).exp ?? 0) - Date.now() / 1000).toBeGreaterThan(month);
});

it.each([inS3, {}])('takes no word of a user for the platform’s: %o', async (where) => {
  const env = { COLOUR: 'blue', GRIFFIN_S3_ENDPOINT: 'http://elsewhere', GRIFFIN_MLFLOW_URL: 'http://elsewhere' };
  const environment = await attemptEnvironment(settings, anAttempt(aRunSpec({ ...where, env })));
  expect(environment).toMatchObject({ COLOUR: 'blue' });
  expect(Object.values(environment)).not.toContain('http://elsewhere');
});
