import { request } from 'node:http';
import { text } from 'node:stream/consumers';

export interface Answer {
  status: number;
  body: string;
}

const timeoutMs = 20_000;

/**
 * One call of a Ray dashboard. Not by `fetch`: that sends `Sec-Fetch-Mode`, which Ray takes for a browser's mark, and
 * browsers may not change anything. Throws when there is no answer in time.
 */
export function callDashboard(method: 'GET' | 'POST', url: string, body?: object): Promise<Answer> {
  const headers = body ? { 'content-type': 'application/json' } : {};
  return new Promise((resolve, reject) => {
    const call = request(url, { method, headers, signal: AbortSignal.timeout(timeoutMs), agent: false }, (response) => {
      text(response).then((read) => resolve({ status: response.statusCode ?? 0, body: read }), reject);
    });
    call.once('error', (cause) => reject(new Error("Ray's dashboard does not answer", { cause })));
    call.end(body && JSON.stringify(body));
  });
}
