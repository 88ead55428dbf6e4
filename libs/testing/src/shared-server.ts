/** One per vitest run, however many of its projects need it. */
export interface SharedServer<T> {
  value: T;
  release: () => Promise<void>;
}

interface Held {
  users: number;
  server: Promise<{ stop(): Promise<void> }>;
}

/** Each project loads its own copy of this module, but all live in one process: only a global symbol is shared. */
const registryKey = Symbol.for('griffin.testing.shared-servers');
const registry: Map<string, Held> = ((globalThis as Record<symbol, unknown>)[registryKey] ??= new Map()) as never;

/** Starts the server called `name`, or joins the users of the one that runs; the last one to release it stops it. */
export async function shareServer<T extends { stop(): Promise<void> }>(
  name: string,
  start: () => Promise<T>,
): Promise<SharedServer<T>> {
  const held = registry.get(name) ?? { users: 0, server: start() };
  registry.set(name, held);
  held.users += 1;
  const value = (await held.server) as T;
  const release = async () => {
    held.users -= 1;
    if (held.users > 0) return;
    registry.delete(name);
    await value.stop();
  };
  return { value, release };
}
