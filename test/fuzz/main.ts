/**
 * Fuzzes a platform of its own by docs/openapi.json and ends with 'N passed, N failed': an operation is a test. What it is
 * given goes to schemathesis, as `--include-path /api/features` to fuzz a part.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Stack, startStack } from '../../dev/stack/start-stack.ts';
import { repository } from '../../dev/stack/state-folder.ts';
import { readJunit } from '../../dev/test/tally.ts';
import { answersByOperation } from './answers.ts';
import { seed } from './seed.ts';

const here = import.meta.dirname;
const seedOfRandom = process.env['SEED'] || '20';
/** Per operation, beside those that try each limit of each parameter and field. */
const examples = process.env['FULL'] ? 400 : 40;

const stateDir = await mkdtemp(join(tmpdir(), 'griffin-'));
const junit = join(stateDir, 'junit.xml');
const stack = await startStack({ stateDir, onProgress: (line) => console.log(`   ${line}`) });
try {
  // Nothing may take up the runs that fuzzing submits: hundreds of them would each start processes of Ray.
  await stack.kill('isc-worker');
  const code = await fuzz(stack);
  await report(stack);
  const { passed, failed } = readJunit(junit);
  if (code !== 0 && failed === 0) console.error('Schemathesis failed outside of its tests: see above.');
  console.log(`${passed} passed, ${failed} failed`);
  process.exitCode = code === 0 && failed === 0 ? 0 : 1;
} finally {
  await stack.stop();
  await rm(stateDir, { recursive: true });
}

async function fuzz({ apiUrl, token, state }: Stack): Promise<number> {
  const { dictionaries, activeRun, runToken } = await seed(stack);
  const config = join(stateDir, 'schemathesis.toml');
  await writeFile(config, (await readFile(join(here, 'schemathesis.toml'), 'utf8')) + asToml(dictionaries));
  // `<installed>/venvs/runtimes/bin/python`
  const program = join(dirname(state.runtimesPython), '../../fuzz/bin/schemathesis');
  const run = ['run', join(repository, 'docs/openapi.json'), '--url', apiUrl];
  const bounds = ['--seed', seedOfRandom, '--max-examples', String(examples)];
  const env = {
    ...process.env,
    SCHEMATHESIS_HOOKS: join(here, 'hooks.py'),
    GRIFFIN_TOKEN: token,
    GRIFFIN_ACTIVE_RUN: activeRun,
    GRIFFIN_RUN_TOKEN: runToken,
  };
  const parameters = [
    '--config-file',
    config,
    ...run,
    ...bounds,
    '--report-junit-path',
    junit,
    ...process.argv.slice(2),
  ];
  const child = spawn(program, parameters, { stdio: 'inherit', env });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

function asToml(dictionaries: Record<string, (string | number)[]>): string {
  const tables = Object.entries(dictionaries).map(
    ([name, values]) => `\n[dictionaries.${name}]\nvalues = ${JSON.stringify(values)}\n`,
  );
  return tables.join('');
}

/** How often each route answered what, by the metrics of api itself. */
async function report({ apiUrl, token }: Stack): Promise<void> {
  const metrics = await fetch(`${apiUrl}/metrics`, { headers: { authorization: `Bearer ${token}` } });
  const answers = answersByOperation(await metrics.text());
  for (const { operation, requests, statuses } of answers) {
    const shares = Object.entries(statuses).map(([status, count]) => `${status}: ${count}`);
    console.log(`${String(requests).padStart(6)}  ${operation}  (${shares.join(', ')})`);
  }
  const total = answers.reduce((sum, { requests }) => sum + requests, 0);
  console.log(`${total} requests, seed ${seedOfRandom}`);
}
