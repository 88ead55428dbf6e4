/** Fuzzes a platform of its own by docs/openapi.json and ends with 'N passed, N failed': an operation is a test. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Stack, startStack } from '../../dev/stack/start-stack.ts';
import { repository } from '../../dev/stack/state-folder.ts';
import { seed } from './seed.ts';

const here = import.meta.dirname;
const seedNumber = process.env['SEED'] || '20';
const examples = process.env['FULL'] ? 300 : 30;

const stateDir = await mkdtemp(join(tmpdir(), 'griffin-'));
const stack = await startStack({ stateDir, onProgress: (line) => console.log(`   ${line}`) });
try {
  // Nothing is to take up the runs that fuzzing submits: thousands of them would each start processes.
  await stack.kill('isc-worker');
  process.exitCode = await fuzz(stack);
} finally {
  await stack.stop();
  await rm(stateDir, { recursive: true });
}

async function fuzz(stack: Stack): Promise<number> {
  const { dictionaries, runToken } = await seed(stack);
  const file = join(stateDir, 'schemathesis.toml');
  const lists = Object.entries(dictionaries).map(([name, values]) => `${name}.values = ${JSON.stringify(values)}`);
  await writeFile(file, `${await readFile(join(here, 'schemathesis.toml'), 'utf8')}\n[dictionaries]\n${lists.join('\n')}\n`);
  const program = join(dirname(stack.state.runtimesPython), '../../fuzz/bin/schemathesis');
  const parameters = ['--config-file', file, 'run', join(repository, 'docs/openapi.json'), '--url', stack.apiUrl];
  parameters.push('--seed', seedNumber, '--max-examples', String(examples));
  parameters.push('--report', 'junit,json', '--report-dir', process.env['REPORTS'] ?? join(stateDir, 'reports'));
  const env = {
    ...process.env,
    SCHEMATHESIS_HOOKS: join(here, 'hooks.py'),
    GRIFFIN_TOKEN: stack.token,
    GRIFFIN_RUN_TOKEN: runToken,
  };
  const child = spawn(program, parameters, { stdio: 'inherit', env });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}
