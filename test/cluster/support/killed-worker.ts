import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import pg from 'pg';
import type { FaultPoint } from '../../../libs/faults/src/index.ts';
import type { PlatformOnFakeNodes } from './platform-on-fake-nodes.ts';

/** One passage of a point, after `letBy` others. */
export interface Passage {
  point: FaultPoint;
  letBy: number;
}

/** The worker of a platform, as something that dies at a call to Kubernetes. */
export class KilledWorker {
  readonly #platform: PlatformOnFakeNodes;

  constructor(platform: PlatformOnFakeNodes) {
    this.#platform = platform;
  }

  /** Every point that it passes while `work` is done, and which passage of it each is, in their order. */
  async passages(work: () => Promise<unknown>): Promise<Passage[]> {
    const file = this.#file('passed');
    await writeFile(file, '');
    await work();
    const passed = (await readFile(file, 'utf8')).trim().split('\n') as FaultPoint[];
    await rm(file);
    return passed.map((point, at) => ({ point, letBy: passed.slice(0, at).filter((one) => one === point).length }));
  }

  /** The passage is its death, counted from now. */
  async arm({ point, letBy }: Passage): Promise<void> {
    await writeFile(this.#file(point), String(letBy));
  }

  /** Whether it has died at the point. */
  diedAt({ point }: Passage): boolean {
    return !existsSync(this.#file(point));
  }

  async disarm({ point }: Passage): Promise<void> {
    await rm(this.#file(point), { force: true });
  }

  /** Another one starts, as if it were so much later that nothing is leased to the dead one any more. */
  async replace(): Promise<void> {
    const { stack } = this.#platform;
    await stack.kill('isc-worker');
    const client = new pg.Client({ connectionString: stack.databaseAdminUrl });
    await client.connect();
    await client.query('UPDATE isc.workload SET lease_until = now(), due_at = now() WHERE released_at IS NULL');
    await client.end();
    await stack.start('isc-worker');
  }

  #file(name: string): string {
    return join(this.#platform.faultDir, `isc-worker.${name}`);
  }
}
