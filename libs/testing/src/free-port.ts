import { createServer } from 'node:net';

const loopback = '127.0.0.1';

/** A TCP port of `host`'s interface that nobody listens on at this moment. */
export function freePort(host: string = loopback): Promise<number> {
  return listenOnce(0, host);
}

/** Whether `port` can be listened on at this moment. */
export async function isPortFree(port: number): Promise<boolean> {
  return listenOnce(port, loopback).then(
    () => true,
    () => false,
  );
}

function listenOnce(wanted: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ port: wanted, host, exclusive: true }, () => {
      const address = server.address();
      const port = typeof address === 'object' && address !== null ? address.port : wanted;
      server.close(() => resolve(port));
    });
  });
}
