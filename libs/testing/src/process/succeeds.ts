import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Whether a command can be run and exits with 0. */
export async function succeeds([program = '', ...parameters]: string[]): Promise<boolean> {
  return run(program, parameters).then(
    () => true,
    () => false,
  );
}
