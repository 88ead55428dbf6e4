import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import type { TypedStatement } from './sent-statements.ts';

const run = promisify(execFile);

export class PgbenchUnavailable extends Error {}

/** The version of the system's pgbench. */
export async function pgbenchVersion(): Promise<string> {
  try {
    const { stdout } = await run('pgbench', ['--version']);
    return stdout.trim();
  } catch (error) {
    const message = "there is no pgbench on the PATH. Install it: 'apt-get install postgresql-contrib'.";
    throw new PgbenchUnavailable(message, { cause: error });
  }
}

/**
 * A pgbench script of these statements with the values that api sent, but for what no two transactions may share: the
 * last twelve characters of each of `uniques`, wherever it occurs, are a number of twelve digits. Colons are escaped,
 * since pgbench takes them for its variables.
 */
export function pgbenchScript(statements: readonly TypedStatement[], uniques: readonly string[]): string {
  const lines = statements.map(({ sql, parameters, types }) => {
    const value = (number: number) => `${literal(parameters[number - 1]!, uniques)}::${types[number - 1]}`;
    return `${sql.replaceAll(/\s*\n\s*/g, ' ').replaceAll(/\$(\d+)/g, (_, number) => value(Number(number)))};`;
  });
  return ['\\set i :i + 1', '\\set n :base + :i * 1000 + :client_id', ...lines, ''].join('\n');
}

const digits = 12;

function literal(value: string, uniques: readonly string[]): string {
  if (value === 'NULL') return value;
  const pieces = uniques.reduce<string[]>(
    (all, unique) => all.flatMap((piece) => splitAfter(piece, unique.slice(0, -digits), unique.slice(-digits))),
    [value.slice(1, -1)],
  );
  const texts = pieces.map((piece) => `E'${piece.replaceAll('\\', '\\\\').replaceAll(':', '\\x3a')}'`);
  return `(${texts.join(' || :n || ')})`;
}

/** Cuts `text` wherever `head` and `tail` follow each other, and drops `tail`. */
function splitAfter(text: string, head: string, tail: string): string[] {
  const parts = text.split(head + tail);
  return parts.map((part, index) => (index < parts.length - 1 ? part + head : part));
}

export interface PgbenchRun {
  url: string;
  schema: string;
  scriptFile: string;
  clients: number;
  seconds: number;
  /** The first of the twelve-digit numbers. Two runs must be far from each other. */
  base: number;
}

/** Transactions per second, each statement prepared once per connection: the fastest that pgbench can do it. */
export async function transactionsPerSecond(given: PgbenchRun): Promise<number> {
  const { url, schema, scriptFile, clients, seconds, base } = given;
  const parameters = ['--no-vacuum', '--protocol=prepared', `--file=${scriptFile}`, `--client=${clients}`, '--jobs=1'];
  const variables = ['--define=i=0', `--define=base=${base}`];
  const environment = { ...process.env, PGOPTIONS: `-c search_path=${schema}` };
  const { stdout } = await run('pgbench', [...parameters, ...variables, `--time=${seconds}`, url], {
    env: environment,
  });
  const failed = /number of failed transactions: (\d+)/.exec(stdout)?.[1];
  const rate = /tps = ([\d.]+)/.exec(stdout)?.[1];
  if (rate === undefined || (failed !== undefined && failed !== '0')) throw new Error(`pgbench failed: ${stdout}`);
  return Number(rate);
}
