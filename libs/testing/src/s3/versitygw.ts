import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { built } from '../built.ts';
import { goProgram } from '../go/go-program.ts';
import { S3Unavailable } from './s3-unavailable.ts';

const run = promisify(execFile);
const module = fileURLToPath(new URL('../../../../dev/s3', import.meta.url));
const gateway = 'github.com/versity/versitygw/cmd/versitygw';
/** It writes no C, and without its tables for debuggers it is a third smaller. */
const build = ['build', '-trimpath', '-ldflags', '-s -w'];

/**
 * The Versity S3 Gateway, built from the Go modules that dev/s3/go.sum knows by their digests: once per version and
 * account, in minutes; then it is there at once. Throws S3Unavailable where that cannot be done.
 */
export async function versitygw(): Promise<string> {
  const pins = await Promise.all(['go.mod', 'go.sum'].map((file) => readFile(join(module, file), 'utf8')));
  try {
    const folder = await built('s3', [...pins, ...build, process.platform, process.arch], compile);
    return join(folder, 'versitygw');
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new S3Unavailable(
      `The S3 server cannot be built. It needs Go (try: apt-get install golang-go) or Python's venv, and Go's module ` +
        `proxy within reach. ${reason}`,
    );
  }
}

async function compile(folder: string): Promise<void> {
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=readonly' };
  const output = join(folder, 'versitygw');
  await run(await goProgram(), [...build, '-o', output, gateway], { cwd: module, env, maxBuffer: 16 * 1024 * 1024 });
}
