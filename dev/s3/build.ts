/** Builds the S3 server of the tests, unless it is there. Where it cannot be built the tests skip what needs it, but not in CI. */
import { S3Unavailable, versitygw } from '../../libs/testing/src/index.ts';

try {
  await versitygw();
} catch (error) {
  if (!(error instanceof S3Unavailable) || process.env['CI'] === 'true') throw error;
  console.error(error.message);
}
