import { randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Measured } from '../figure.ts';
import { answeredPerSecond } from '../load.ts';
import { pgbenchScript, PgbenchUnavailable, pgbenchVersion, transactionsPerSecond } from '../pgbench.ts';
import type { BenchPlatform } from '../platform.ts';
import { inTurn, ratioFigures } from '../ratio.ts';
import { trainingSubmission } from '../requests.ts';
import { sentStatements, withTypes } from '../sent-statements.ts';
import type { Sizes } from '../sizes.ts';

const connections = 32;

/** Accepted submissions per second, against pgbench with the transaction that a submission is. */
export async function measureSubmits(platform: BenchPlatform, sizes: Sizes): Promise<Measured> {
  const title = 'Accepted submissions';
  try {
    await pgbenchVersion();
  } catch (error) {
    if (error instanceof PgbenchUnavailable) return { title, method: '', figures: [], skipped: error.message };
    throw error;
  }
  const body = JSON.stringify(await trainingSubmission(platform));
  const script = await writeScript(platform, body);
  const url = `${platform.stack.apiUrl}/api/workflows`;
  const headers = { ...platform.headers, 'idempotency-key': '[<id>]' };
  const submits = (seconds: number) =>
    answeredPerSecond({ url, method: 'POST', headers, body, connections, seconds, expect: 201 });
  let round = 100;
  const transactions = (seconds: number) =>
    transactionsPerSecond({ ...script, clients: connections, seconds, base: (round += 1) * 1e9 });
  await submits(sizes.warmUpSeconds);
  await transactions(sizes.warmUpSeconds);
  const sides = await inTurn(
    sizes.rounds,
    () => submits(sizes.secondsPerRound),
    () => transactions(sizes.secondsPerRound),
  );
  const names = { ours: 'api', theirs: 'pgbench', unit: 'submissions per second' };
  return { title, method: methodOf(script.statements), figures: ratioFigures(names, sides, 0.4) };
}

const methodOf = (statements: number) =>
  `${connections} connections submit training runs, each with an \`Idempotency-Key\` of its own, to api and its ` +
  `PostgreSQL. pgbench runs, over as many connections to the same server and tables, the ${statements} statements that ` +
  'one such submission sends between the begin and the end of its transaction, with its values, prepared. The script is ' +
  "made at each run from PostgreSQL's own log of one submission, so it cannot differ from what api sends. What a " +
  'submission needs besides (HTTP, the check of the token, validation) only api does. The relay of the outbox works on both sides. What wakes it, a ' +
  'NOTIFY at each commit, makes commits take turns on both sides: without it pgbench alone is faster.';

/** Learns from one submission what a submission is. */
async function writeScript({ api, admin, stack }: BenchPlatform, body: string) {
  const key = `bench-${randomBytes(8).toString('hex')}`;
  let runId = '';
  const submit = async () => {
    ({ id: runId } = await api.post<{ id: string }>('/api/workflows', JSON.parse(body), { 'idempotency-key': key }));
  };
  const sent = await sentStatements({ admin, stack }, key, submit);
  const { rows } = await admin.query<{ event_id: string }>(`SELECT event_id FROM api.outbox WHERE subject = $1`, [
    runId,
  ]);
  await admin.query('SET search_path = api');
  const statements = await withTypes(admin, sent);
  await admin.query('RESET search_path');
  const scriptFile = join(stack.state.root, 'submit.pgbench');
  await writeFile(scriptFile, pgbenchScript(statements, [runId, rows[0]!.event_id, key]));
  return { url: stack.databaseAdminUrl, schema: 'api', scriptFile, statements: statements.length };
}
