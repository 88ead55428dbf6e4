import { type SpawnOptions, spawn } from 'node:child_process';
import { once } from 'node:events';
import { repository } from '../stack/state-folder.ts';
import { readVitest, type Tally } from './tally.ts';

export interface Outcome {
  code: number;
  tally: Tally;
}

/** Runs a program in the repository to its end, and gives its exit code. */
export async function run(
  program: string,
  parameters: string[],
  stdio: SpawnOptions['stdio'] = 'inherit',
): Promise<number> {
  const child = spawn(program, parameters, { cwd: repository, stdio });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
}

/** Runs the tests of some projects; what they say goes to the terminal, and their report to `file`. */
export async function runVitest(file: string, projects: string[]): Promise<Outcome> {
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
  const code = await run('vitest', ['run', ...projects, ...reporters]);
  return { code, tally: readVitest(file) };
}
