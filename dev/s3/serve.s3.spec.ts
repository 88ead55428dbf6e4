import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type S3Bucket, testS3 } from '../../libs/testing/src/index.ts';

const s3 = await testS3();
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin-serve-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe.runIf(s3)('an S3 server for a test that is no TypeScript', () => {
  it.each([
    ['its input ends', (child: ReturnType<typeof serve>) => void child.stdin.end(), []],
    ['it is killed', (child: ReturnType<typeof serve>) => void child.kill('SIGKILL'), [expect.any(String)]],
  ])('says how it is reached, and is gone when %s', async (_when, end, left) => {
    const child = serve();
    const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
    const { endpoint } = JSON.parse(line) as S3Bucket;
    expect((await fetch(`${endpoint}/health`)).status).toBe(200);
    const gone = once(child, 'exit');
    end(child);
    await gone;
    await expect.poll(() => answers(endpoint), { timeout: 10_000 }).toBe(false);
    expect(await readdir(folder)).toEqual(left);
  });
});

function serve() {
  const env = { ...process.env, TMPDIR: folder };
  return spawn(process.execPath, [join(import.meta.dirname, 'serve.ts')], { env, stdio: ['pipe', 'pipe', 'inherit'] });
}

function answers(endpoint: string): Promise<boolean> {
  return fetch(`${endpoint}/health`).then(
    () => true,
    () => false,
  );
}
