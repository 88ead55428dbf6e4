import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tailOf } from './log-tail.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin-tail-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function tailOfText(text: string | Buffer): Promise<string | null> {
  const file = join(folder, 'log');
  await writeFile(file, text);
  return tailOf(file);
}

it('is all of a short log', async () => {
  expect(await tailOfText('one\ntwo\n')).toBe('one\ntwo\n');
  expect(await tailOfText('')).toBe('');
});

it('is the last whole lines of a long one', async () => {
  const lines = Array.from({ length: 10_000 }, (_, index) => `line ${index}\n`);
  const tail = await tailOfText(lines.join(''));
  expect(tail).toMatch(/^line \d+\n/);
  expect(tail?.endsWith('line 9999\n')).toBe(true);
  expect(tail?.length).toBeLessThanOrEqual(16_384);
});

it('is the end of one endless line', async () => {
  expect(await tailOfText('x'.repeat(50_000))).toBe('x'.repeat(16_384));
});

it('has no NUL, and reads what is not UTF-8', async () => {
  expect(await tailOfText(Buffer.from([0x61, 0x00, 0xff, 0x62]))).toBe('a\uFFFD\uFFFDb');
});

it('is nothing where there is no log', async () => {
  expect(await tailOf(join(folder, 'none'))).toBeNull();
});
