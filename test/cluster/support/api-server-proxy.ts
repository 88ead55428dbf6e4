import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { KubeConfig } from '@kubernetes/client-node';

/** Stands between the worker and the API server, and can be down. */
export class ApiServerProxy {
  readonly #server = createServer();
  readonly #sockets = new Set<Socket>();
  readonly #target: URL;
  #isDown = false;

  private constructor(target: URL) {
    this.#target = target;
  }

  /** Leads the way of a kubeconfig through itself, from the next time that somebody reads it. */
  static async before(kubeconfig: string): Promise<ApiServerProxy> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfig);
    const cluster = config.getCurrentCluster()!;
    const proxy = new ApiServerProxy(new URL(cluster.server));
    const server = `https://127.0.0.1:${await proxy.#listen()}`;
    const through = { ...cluster, server, tlsServerName: proxy.#target.hostname };
    config.loadFromClusterAndUser(through, config.getCurrentUser()!);
    await writeFile(kubeconfig, config.exportConfig());
    return proxy;
  }

  /** Ends every connection and accepts no other until it is up again. */
  down(): void {
    this.#isDown = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  up(): void {
    this.#isDown = false;
  }

  async stop(): Promise<void> {
    this.down();
    this.#server.close();
    await once(this.#server, 'close');
  }

  async #listen(): Promise<number> {
    this.#server.on('connection', (client) => this.#join(client));
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    return (this.#server.address() as AddressInfo).port;
  }

  #join(client: Socket): void {
    if (this.#isDown) return void client.destroy();
    const server = connect(Number(this.#target.port || 443), this.#target.hostname);
    const end = () => [client, server].forEach((socket) => socket.destroy());
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.on('error', end).on('close', () => {
        this.#sockets.delete(socket);
        end();
      });
    }
    client.pipe(server).pipe(client);
  }
}
