import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freshDatabase } from '@griffin/testing';
import { v7 as uuid } from 'uuid';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { progressed, type Progressed } from '../contract/attempt-events.fixture.ts';
import { runSql } from '../contract/database.fixture.ts';
import { deadLetter, letterMessage } from '../delivery/dead-letter.ts';
import { PermanentError } from '../permanent-error.ts';
import { DeadLetters } from './dead-letters.ts';
import type { Letter } from './letter.ts';
import type { LetterBus } from './letter-bus.ts';
import { openLetterBus } from './open-letter-bus.ts';
import { runCommand } from './run-command.ts';

let folder: string;
let adminUrl: string;
let bus: LetterBus;
let letters: DeadLetters;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin-dead-letters-'));
  const database = await freshDatabase();
  adminUrl = database.adminUrl;
  bus = openLetterBus({ kind: 'embedded', url: database.urls.lineage });
  letters = new DeadLetters(bus);
});
afterEach(async () => {
  await bus.close();
  await rm(folder, { recursive: true });
});

const run = (...words: string[]) => runCommand(letters, words);

/** api gave up on it. */
async function bury(event: Progressed, code = 'run_unknown'): Promise<void> {
  const message = { topic: event.type, key: event.subject, value: Buffer.from(JSON.stringify(event)) };
  const letter = deadLetter('api', message, new PermanentError(code, `This is\n${code}.`));
  await bus.append([letterMessage(letter)]);
}

const listed = async (...words: string[]) =>
  (await run('list', '--json', ...words))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Letter);

const replays = () =>
  runSql<{ envelope: string }>(adminUrl, "SELECT envelope FROM bus.event WHERE topic = 'replay.api'");

it('lists, a line each, what fits, and the open ones unless told', async () => {
  expect(await run('list')).toBe('No letters\n');
  await bury(progressed(uuid(), 1));
  await bury(progressed(uuid(), 2), 'data_refused');
  const [header, first, second] = (await run('list')).split('\n');
  expect(header).toMatch(/^ID +STATE +SERVICE +TOPIC +KEY +CODE +TIMES +LAST FAILED +MESSAGE$/);
  expect(first).toMatch(/^[0-9a-f]{16} +open +api +attempt\.progressed .* run_unknown +1 .* This is run_unknown\.$/);
  expect(second).toContain('data_refused');
  expect(await listed('--code', 'data_refused')).toHaveLength(1);
  expect(await listed('--service', 'lineage')).toEqual([]);
  await run('discard', '--code', 'data_refused', '--because', 'of no use');
  expect(await listed()).toHaveLength(1);
  expect(await listed('--state', 'all')).toHaveLength(2);
  expect(await listed('--state', 'discarded')).toMatchObject([{ settled: { because: 'of no use' } }]);
});

it('goes from a letter over an editor to its replay', async () => {
  const right = progressed(uuid(), 1);
  await bury({ ...right, data: { ...right.data, attempt: 0 } }, 'event_invalid');
  const [{ id }] = (await listed()) as [Letter];
  expect(await run('show', id)).toMatch(
    /to mend +The message is not a valid attempt\.progressed: event\/data\/attempt/,
  );
  const file = join(folder, 'event.json');
  await writeFile(file, await run('show', id, '--original'));
  await expect(run('mend', id, file)).rejects.toThrow(/not mended.*attempt/);
  await writeFile(file, (await readFile(file, 'utf8')).replace('"attempt": 0', '"attempt": 1'));
  expect(await run('mend', id, file)).toContain(`replay ${id}`);
  expect(await run('list')).toMatch(/ mended +api /);
  expect(await run('replay', id, '--dry-run')).toContain('1 letter would be replayed');
  expect(await replays()).toEqual([]);
  expect(await run('replay', id)).toContain('1 letter replayed');
  const [sent] = await replays();
  expect(JSON.parse(JSON.parse(sent?.envelope ?? '').value)).toEqual(right);
  expect(await run('show', id)).toMatch(/state +replayed\n/);
});

it.each([
  [['replay'], /Which letters/],
  [['replay', '0123456789abcdef'], /no letter 0123456789abcdef/],
  [['replay', '0123456789abcdef', '--all'], /either by ids or by options/],
  [['discard', '--all'], /--because/],
  [['show'], /takes <id>/],
  [['mend', '0123456789abcdef', '/nowhere/event.json'], /ENOENT/],
  [['list', '--state', 'lost'], /--state is/],
  [['list', '--colour'], /--colour[^]*Usage/],
  [['bury'], /no command bury[^]*Usage/],
])('refuses %j in words', async (words, says) => {
  await expect(run(...words)).rejects.toMatchObject({ name: 'Refusal', message: expect.stringMatching(says) });
});

it('replays all that are chosen or none', async () => {
  const right = progressed(uuid(), 1);
  await bury(right);
  await bury({ ...progressed(uuid(), 1), revision: -1 }, 'event_invalid');
  await expect(run('replay', '--all')).rejects.toThrow(
    /Nothing is replayed:\n- [0-9a-f]{16}: it has to be mended first/,
  );
  expect(await replays()).toEqual([]);
  expect(await run('replay', '--key', right.subject)).toContain('1 letter replayed');
});
