import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What stands between Airflow and the API, and can keep an answer for itself. */
export interface LossyProxy {
  url: string;
  /** Has the next answer to such a request not arrive. Resolves when the API has given it. */
  loseAnswer(method: string, path: string): Promise<void>;
  close(): Promise<void>;
}

interface Loss {
  method: string;
  path: string;
  lost: () => void;
}

/** Passes every request on to the API at `target`. */
export async function startLossyProxy(target: string): Promise<LossyProxy> {
  const losses: Loss[] = [];
  const server = createServer((incoming, outgoing) => forward(target, losses, incoming, outgoing));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    loseAnswer: (method, path) => new Promise((resolve) => losses.push({ method, path, lost: resolve })),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(target: string, losses: Loss[], incoming: IncomingMessage, outgoing: ServerResponse): void {
  const { method, url = '/', headers } = incoming;
  const asked = request(new URL(url, target), { method, headers: { ...headers, host: new URL(target).host } });
  asked.on('response', (answer) => {
    const found = losses.findIndex((loss) => loss.method === method && loss.path === url);
    const [loss] = found === -1 ? [] : losses.splice(found, 1);
    if (loss) {
      answer.resume().on('end', loss.lost);
      return;
    }
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(outgoing);
  });
  asked.on('error', () => outgoing.destroy());
  incoming.pipe(asked);
}
