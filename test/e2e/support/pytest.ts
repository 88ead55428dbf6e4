import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname } from 'node:path';

/**
 * Runs the tests in a folder with that Python, whose commands come first on the PATH, and resolves with pytest's exit code.
 * What it says goes where vitest's own output goes. Of the environment it has PATH and `env`; it can import what is in
 * this folder and in `folders`.
 */
export async function pytest(
  python: string,
  tests: string,
  env: Record<string, string>,
  ...folders: string[]
): Promise<number | null> {
  const parameters = ['-m', 'pytest', '-v', '-p', 'no:cacheprovider', '--durations=5', '--rootdir', tests, tests];
  const child = spawn(python, parameters, {
    env: {
      PATH: `${dirname(python)}:${process.env['PATH']}`,
      PYTHONPATH: [import.meta.dirname, ...folders].join(':'),
      ...env,
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
