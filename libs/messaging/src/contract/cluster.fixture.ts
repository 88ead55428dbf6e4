import { createServer } from 'node:http';
import { freePort } from '@griffin/testing';
import { onTestFinished } from 'vitest';

/** The API of a cluster that refuses connections until it comes back. */
export async function awayCluster(): Promise<{ url: string; comeBack: () => Promise<void> }> {
  const port = await freePort();
  const server = createServer((_, response) => response.end());
  onTestFinished(() => void server.close());
  const comeBack = () => new Promise<void>((resolve) => void server.listen(port, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${port}`, comeBack };
}
