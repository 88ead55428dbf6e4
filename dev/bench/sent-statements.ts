import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type pg from 'pg';
import type { BenchPlatform } from './platform.ts';

/** A statement as the server got it. */
export interface Statement {
  sql: string;
  /** As SQL literals, in order. */
  parameters: string[];
}

/**
 * The statements of the one transaction that `work` makes, as PostgreSQL itself logs them: what it did not get is not
 * here, and what it got is. `sign` is in some parameter of that transaction and of no other.
 */
export async function sentStatements(
  { admin, stack }: Pick<BenchPlatform, 'admin' | 'stack'>,
  sign: string,
  work: () => Promise<unknown>,
): Promise<Statement[]> {
  const beginning = `log from ${randomBytes(8).toString('hex')}`;
  const logsAll = async (setting: string) => {
    await admin.query(`ALTER SYSTEM SET log_statement = '${setting}'`);
    await admin.query(`SELECT pg_reload_conf()`);
    await delay(500);
  };
  await logsAll('all');
  await admin.query(`SELECT '${beginning}'`);
  await work();
  await logsAll('none');
  const log = await readFile(join(stack.state.logs, 'postgres.log'), 'utf8');
  return transactionWith(sign, log.slice(log.indexOf(beginning)));
}

export interface TypedStatement extends Statement {
  /** Of the parameters, as PostgreSQL infers them. */
  types: string[];
}

/** The same statements with the types of their parameters. `client` looks for names where api does. */
export async function withTypes(client: pg.Client, statements: Statement[]): Promise<TypedStatement[]> {
  const typed: TypedStatement[] = [];
  for (const statement of statements) {
    typed.push({ ...statement, types: statement.parameters.length > 0 ? await typesOf(client, statement) : [] });
  }
  return typed;
}

async function typesOf(client: pg.Client, { sql }: Statement): Promise<string[]> {
  await client.query(`PREPARE bench AS ${sql}`);
  const { rows } = await client.query<{ types: string[] }>(
    `SELECT parameter_types::text[] AS types FROM pg_prepared_statements WHERE name = 'bench'`,
  );
  await client.query('DEALLOCATE bench');
  return rows[0]?.types ?? [];
}

const entry = /^\d{4}-\d\d-\d\d [\d:.]+ \w+ \[(\d+)\] (\w+): {2}/;

/** Of a server's log with `log_statement = 'all'`. */
export function transactionWith(sign: string, log: string): Statement[] {
  const open = new Map<string, Statement[]>();
  const ended: Statement[][] = [];
  for (const { pid, severity, text } of entriesOf(log)) {
    const sql = /^(?:statement|execute [^:]+): ([\s\S]*)$/.exec(text)?.[1];
    if (sql !== undefined && /^(BEGIN|START TRANSACTION)/i.test(sql)) open.set(pid, []);
    const statements = open.get(pid);
    if (!statements) continue;
    if (sql !== undefined) statements.push({ sql, parameters: [] });
    if (severity === 'DETAIL') Object.assign(statements.at(-1)!, { parameters: parametersOf(text) });
    if (sql !== undefined && /^(COMMIT|ROLLBACK)/i.test(sql)) {
      ended.push(statements);
      open.delete(pid);
    }
  }
  const found = ended.find((all) => all.some(({ parameters }) => parameters.some((one) => one.includes(sign))));
  if (!found) throw new Error('PostgreSQL logged no transaction with the sign');
  return found;
}

/** What follows a line of an entry begins with a tab. */
function entriesOf(log: string): { pid: string; severity: string; text: string }[] {
  const entries: { pid: string; severity: string; text: string }[] = [];
  for (const line of log.split('\n')) {
    const head = entry.exec(line);
    if (head) entries.push({ pid: head[1]!, severity: head[2]!, text: line.slice(head[0].length) });
    else if (line.startsWith('\t') && entries.length > 0) entries.at(-1)!.text += `\n${line.slice(1)}`;
  }
  return entries;
}

/** `Parameters: $1 = 'it''s', $2 = NULL` */
function parametersOf(detail: string): string[] {
  return [...detail.matchAll(/\$\d+ = ('(?:[^']|'')*'|NULL)/g)].map((match) => match[1]!);
}
