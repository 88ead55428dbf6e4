import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { promisify } from 'node:util';

const execute = promisify(execFile);
const most = 64 * 1024 * 1024;

/** Runs a program to its end and gives what it printed. Throws with what it said on stderr when it fails. */
export async function run(command: string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<string> {
  const [program = '', ...parameters] = command;
  try {
    return (await execute(program, parameters, { ...options, maxBuffer: most })).stdout;
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    const last = stderr?.trim().split('\n').slice(-20).join('\n');
    const reason = last === undefined || last === '' ? message : last;
    throw new Error(`\`${command.join(' ')}\` failed: ${reason}`, { cause: error });
  }
}

/** Runs `from` with its output as the input of `to`, and resolves once both have succeeded. */
export async function pipe(from: string[], to: string[]): Promise<void> {
  const [reader = '', ...toParameters] = to;
  const [writer = '', ...fromParameters] = from;
  const target = spawn(reader, toParameters, { stdio: ['pipe', 'ignore', 'inherit'] });
  const source = spawn(writer, fromParameters, { stdio: ['ignore', target.stdin, 'inherit'] });
  // It holds the pipe open until the reader has it; ours must go, or the reader never sees the end.
  target.stdin.destroy();
  const codes = await Promise.all([once(source, 'exit'), once(target, 'exit')]);
  if (codes.some(([code]) => code !== 0)) throw new Error(`\`${from.join(' ')} | ${to.join(' ')}\` failed`);
}
