import { readFile } from 'node:fs/promises';
import { text as readAll } from 'node:stream/consumers';
import { chosen, listed, parseLine, usage, type Options } from './command-line.ts';
import type { DeadLetters } from './dead-letters.ts';
import { describe, table } from './describe.ts';
import { textOf, type Letter } from './letter.ts';
import { Refusal } from './refusal.ts';

/** Does what the words say and gives what to print. */
export async function runCommand(letters: DeadLetters, args: string[]): Promise<string> {
  const { values, positionals } = parseLine(args);
  const [command, ...words] = positionals;
  if (values.help || command === undefined) return usage;
  switch (command) {
    case 'list':
      return printed(await letters.list(listed(values)), values);
    case 'show':
      return show(await letters.get(only(words, '<id>')[0]), values);
    case 'mend':
      return mend(letters, only(words, '<id>', '<file>'));
    case 'replay':
      return replay(letters, words, values);
    case 'discard':
      return discard(letters, words, values);
    default:
      throw new Refusal(`There is no command ${command}.\n\n${usage}`);
  }
}

function show(letter: Letter, { original }: Options): string {
  if (!original) return describe(letter);
  const text = textOf(letter);
  if (text === null) throw new Refusal(`${letter.id} is no text: mend it with an event of your own.`);
  return indented(text);
}

async function mend(letters: DeadLetters, [id, file]: [string, string]): Promise<string> {
  const content = file === '-' ? await readAll(process.stdin) : await readFile(file, 'utf8').catch(unreadable);
  const { service } = await letters.mend(id, content);
  return `${id} is mended. To bring it to ${service}: replay ${id}\n`;
}

async function replay(letters: DeadLetters, ids: string[], values: Options): Promise<string> {
  const { 'dry-run': dryRun, 'out-of-order': outOfOrder } = values;
  const replayed = await letters.replay(chosen(ids, values), { dryRun, outOfOrder });
  return summary(replayed, dryRun ? 'would be replayed' : 'replayed', values);
}

async function discard(letters: DeadLetters, ids: string[], values: Options): Promise<string> {
  const { because, 'dry-run': dryRun } = values;
  if (!because) throw new Refusal('Say why, for whoever asks later: --because <why>.');
  const discarded = await letters.discard(chosen(ids, values), because, { dryRun });
  return summary(discarded, dryRun ? 'would be discarded' : 'discarded', values);
}

function summary(letters: Letter[], done: string, values: Options): string {
  const count = `${letters.length} ${letters.length === 1 ? 'letter' : 'letters'} ${done}`;
  return values.json || letters.length === 0 ? printed(letters, values, count) : `${table(letters)}\n${count}\n`;
}

function printed(letters: Letter[], { json }: Options, none = 'No letters'): string {
  if (json) return letters.map((letter) => `${JSON.stringify(letter)}\n`).join('');
  return letters.length === 0 ? `${none}\n` : table(letters);
}

function only<Names extends string[]>(words: string[], ...names: Names): { [Index in keyof Names]: string } {
  if (words.length !== names.length) throw new Refusal(`This command takes ${names.join(' and ')}.`);
  return words as { [Index in keyof Names]: string };
}

/** JSON as one edits it; anything else as it is. */
function indented(text: string): string {
  try {
    return `${JSON.stringify(JSON.parse(text), null, 2)}\n`;
  } catch {
    return text;
  }
}

function unreadable(error: unknown): never {
  throw new Refusal(error instanceof Error ? error.message : String(error));
}
