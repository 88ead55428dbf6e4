import { cpus, release, totalmem } from 'node:os';
import type pg from 'pg';

type Described = [name: string, value: string];

/** What a figure depends on besides the code. Nothing in it names the machine. */
export async function describeMachine(admin: pg.Client, ...others: Described[]): Promise<Described[]> {
  const { rows } = await admin.query<{ server_version: string }>('SHOW server_version');
  const processors = cpus();
  return [
    ['Processor', `${processors.length} × ${processors[0]?.model.trim() || 'of an unknown model'}`],
    ['Memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['Kernel', `Linux ${release()}`],
    ['Node.js', process.version],
    ['PostgreSQL', rows[0]?.server_version ?? 'unknown'],
    ...others,
  ];
}
