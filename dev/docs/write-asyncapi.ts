import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asyncApiDocument } from './asyncapi.ts';

/** Writes docs/asyncapi.json from libs/contracts; with --check only compares, and fails on a difference. */
const repository = join(import.meta.dirname, '../..');
const file = join(repository, 'docs/asyncapi.json');

const { version } = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8')) as { version: string };
const document = `${JSON.stringify(asyncApiDocument(version), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  await writeFile(file, document);
} else if (document !== (await readFile(file, 'utf8').catch(() => ''))) {
  console.error('docs/asyncapi.json is not as the code has it. Run: npm run docs:asyncapi');
  process.exitCode = 1;
}
