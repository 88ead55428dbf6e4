import * as http from 'node:http';
import * as https from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node';

export interface PodLogQuery {
  namespace: string;
  name: string;
  container: string;
  /** In seconds since 1970; null for all that there is. */
  since: number | null;
  /** Until the container ends. */
  follow: boolean;
}

const answerMs = 10_000;
const keepAliveMs = 15_000;

/**
 * Asks for the log of one of a pod's containers, with timestamps. Not by the client's own `Log`: it pipes the answer, and an
 * answer that breaks off would end this process.
 */
export async function podLog(
  config: KubeConfig,
  query: PodLogQuery,
  signal: AbortSignal,
): Promise<http.IncomingMessage> {
  const url = addressOf(config.getCurrentCluster()?.server ?? '', query);
  const options: https.RequestOptions = { signal };
  await config.applyToHTTPSOptions(options);
  return new Promise((resolve, reject) => {
    const { request } = url.protocol === 'http:' ? http : https;
    const asked = request(url, options);
    const timer = setTimeout(() => asked.destroy(new Error(`no answer within ${answerMs} ms`)), answerMs);
    asked.on('response', resolve).on('error', reject);
    asked.on('response', () => clearTimeout(timer)).on('close', () => clearTimeout(timer));
    // A log that says nothing for hours is one; a connection whose other end is gone is none.
    asked.on('socket', (socket) => socket.setKeepAlive(true, keepAliveMs));
    asked.end();
  });
}

function addressOf(server: string, { namespace, name, container, since, follow }: PodLogQuery): URL {
  const url = new URL(`${server}/api/v1/namespaces/${namespace}/pods/${name}/log`);
  url.searchParams.set('container', container);
  url.searchParams.set('timestamps', 'true');
  url.searchParams.set('follow', String(follow));
  if (since !== null) url.searchParams.set('sinceTime', new Date(since * 1_000).toISOString());
  return url;
}
