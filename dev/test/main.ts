/** Runs every test and ends with one line: 'N passed, N failed, N skipped'. Usage: main.ts [vitest argument ...] */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStateFolder, repository } from '../stack/state-folder.ts';
import { readJunit, readVitest, sum, type Tally } from './tally.ts';

const reports = mkdtempSync(join(tmpdir(), 'griffin-tests-'));
const python = openStateFolder().runtimesPython;

async function run(program: string, parameters: string[]): Promise<number> {
  const child = spawn(program, parameters, { cwd: repository, stdio: 'inherit' });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

async function runVitest(): Promise<{ code: number; tally: Tally }> {
  const file = join(reports, 'vitest.json');
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run('vitest', ['run', ...reporters, ...process.argv.slice(2)]);
  return { code, tally: readVitest(file) };
}

async function runPytest(): Promise<{ code: number; tally: Tally }> {
  const file = join(reports, 'pytest.xml');
  const code = await run(python, ['-m', 'pytest', '-q', 'python/griffin-runtimes', `--junitxml=${file}`]);
  return { code, tally: readJunit(file) };
}

try {
  const outcomes = [await runPytest(), await runVitest()];
  const { passed, failed, skipped } = sum(outcomes.map(({ tally }) => tally));
  const sound = outcomes.every(({ code }) => code === 0);
  if (!sound && failed === 0) console.error('A test runner failed outside of its tests: see above.');
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exitCode = sound ? 0 : 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
