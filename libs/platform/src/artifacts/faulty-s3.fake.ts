import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What a sound server cannot be made to do; all else is tested on a real one. */
export class FaultyS3 {
  fault: 'internal error' | 'broken off' = 'internal error';
  readonly #server: Server = createServer((_request, response) => this.#answer(response));

  /** Its endpoint, on a free port of the loopback interface. */
  async start(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #answer(response: ServerResponse): void {
    if (this.fault === 'internal error') {
      response.writeHead(500, { 'content-type': 'application/xml' });
      response.end('<Error><Code>InternalError</Code><Message>It is broken.</Message></Error>');
      return;
    }
    response.writeHead(200, { 'content-length': 1_000 });
    response.write('the first half', () => response.destroy());
  }
}
