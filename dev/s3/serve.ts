/**
 * Serves S3 for a test that is no TypeScript: prints how it is reached as a line of JSON, and ends when its standard input
 * does. Where the server cannot be built it says why and exits with 69.
 */
import { text } from 'node:stream/consumers';
import { S3Unavailable, startS3 } from '../../libs/testing/src/index.ts';

const unavailable = 69;

try {
  const server = await startS3({ throwaway: true });
  const { endpoint, region, accessKey, secretKey, bucket } = server;
  console.log(JSON.stringify({ endpoint, region, accessKey, secretKey, bucket }));
  await text(process.stdin);
  await server.stop();
} catch (error) {
  if (!(error instanceof S3Unavailable)) throw error;
  console.error(error.message);
  process.exitCode = unavailable;
}
