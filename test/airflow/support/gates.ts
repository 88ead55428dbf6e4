import { existsSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventually } from '../../../libs/testing/src/index.ts';

const patience = { timeoutMs: 120_000, intervalMs: 50 };

/** The files by which a test and the DAGs of `dags/faults.py` tell each other how far they are. */
export class Gates {
  readonly folder: string;

  constructor(folder: string) {
    this.folder = folder;
  }

  async make(): Promise<void> {
    await mkdir(this.folder);
  }

  /** Lets the runs of the DAG do their work. */
  async open(dagId: string): Promise<void> {
    await writeFile(join(this.folder, dagId), '');
  }

  /** The process that does this try of the DAG's task. */
  async pidOf(dagId: string, tryNumber: number): Promise<number> {
    return eventually(() => Number(readFileSync(join(this.folder, `${dagId}.pid.${tryNumber}`), 'utf8')), patience);
  }

  /** Resolves when the first try has its result. */
  async done(dagId: string): Promise<void> {
    await eventually(() => {
      if (!existsSync(join(this.folder, `${dagId}.done`))) throw new Error(`${dagId} has no result yet`);
    }, patience);
  }
}
