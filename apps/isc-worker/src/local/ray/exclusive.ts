import { createHash } from 'node:crypto';
import { createServer, type Server } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

const retryMs = 200;

/**
 * Runs `work` while no other process of this machine does under the same name. The lock is a listening socket without a
 * file (Linux's abstract namespace): the kernel frees it with its holder, however that ends, so it is never stale.
 */
export async function exclusively<T>(name: string, work: () => Promise<T>): Promise<T> {
  const path = `\0griffin-${createHash('sha256').update(name).digest('hex')}`;
  const lock = await acquire(path);
  try {
    return await work();
  } finally {
    lock.close();
  }
}

async function acquire(path: string): Promise<Server> {
  for (;;) {
    const lock = await tryToListen(path);
    if (lock) return lock;
    await delay(retryMs);
  }
}

function tryToListen(path: string): Promise<Server | null> {
  return new Promise((resolve, reject) => {
    const server = createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) =>
      error.code === 'EADDRINUSE' ? resolve(null) : reject(error),
    );
    server.listen({ path }, () => resolve(server));
  });
}
