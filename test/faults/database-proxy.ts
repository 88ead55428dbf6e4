import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

export type CutMoment = 'before COMMIT' | 'after COMMIT';

/** A simple query of the PostgreSQL protocol: type, length, text, zero. */
const commit = Buffer.from('Q\0\0\0\x0bCOMMIT\0', 'latin1');

interface Cut {
  role: string;
  moment: CutMoment;
  letBy: number;
  done: () => void;
}

/** Stands between the services and PostgreSQL, and cuts a connection at its COMMIT. */
export class DatabaseProxy {
  readonly url: string;
  readonly #server;
  readonly #cuts: Cut[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(url: string, server: ReturnType<typeof createServer>) {
    this.url = url;
    this.#server = server;
  }

  /** Listens on the loopback interface for what is meant for the server of `databaseUrl`. */
  static async start(databaseUrl: string): Promise<DatabaseProxy> {
    const target = new URL(databaseUrl);
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const url = new URL(databaseUrl);
    url.port = String((server.address() as AddressInfo).port);
    const proxy = new DatabaseProxy(url.toString(), server);
    server.on('connection', (client) => proxy.#join(client, connect(Number(target.port), target.hostname)));
    return proxy;
  }

  /**
   * Cuts the connection at the next COMMIT of the role, after `letBy` others: before PostgreSQL hears of it, or when it
   * has committed and nobody was told. Resolves once it is cut.
   */
  cut(role: string, moment: CutMoment, letBy: number): Promise<void> {
    return new Promise((done) => this.#cuts.push({ role, moment, letBy, done }));
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, 'close');
  }

  #join(client: Socket, server: Socket): void {
    const end = () => [client, server].forEach((socket) => socket.destroy());
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', end).on('close', () => this.#sockets.delete(socket));
      socket.on('close', end);
    }
    let role: string | undefined;
    client.on('data', (sent) => {
      role ??= roleOf(sent);
      const cut = sent.includes(commit) ? this.#takeCut(role) : undefined;
      if (cut === undefined) return void server.write(sent);
      if (cut.moment === 'after COMMIT') server.write(sent);
      const cutNow = () => {
        end();
        cut.done();
      };
      if (cut.moment === 'before COMMIT') cutNow();
      else server.removeAllListeners('data').once('data', cutNow); // PostgreSQL answers: it is committed.
    });
    server.on('data', (answer) => void client.write(answer));
  }

  #takeCut(role: string): Cut | undefined {
    const index = this.#cuts.findIndex((cut) => cut.role === role);
    const cut = this.#cuts[index];
    if (cut === undefined) return undefined;
    if (cut.letBy > 0) {
      cut.letBy -= 1;
      return undefined;
    }
    this.#cuts.splice(index, 1);
    return cut;
  }
}

/** From the startup message: pairs of names and values, each ended by a zero. */
function roleOf(startup: Buffer): string {
  const words = startup.subarray(8).toString('latin1').split('\0');
  return words[words.indexOf('user') + 1] ?? '';
}
