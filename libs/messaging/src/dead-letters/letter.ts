import { createHash } from 'node:crypto';
import { DeadLetter, LetterMended, LetterSettled } from '@griffin/contracts';
import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { parseJson } from './parse-json.ts';

/** What one service gave up on, with all that happened to it since. */
export interface Letter extends Omit<DeadLetter, 'failed_at'> {
  id: string;
  state: 'open' | LetterSettled['outcome'];
  /** How often the service gave up on it. */
  times: number;
  first_failed_at: string;
  last_failed_at: string;
  /** What is replayed in the place of the original. */
  mended: string | null;
  settled: { at: string; because: string | null } | null;
}

const Entry = Type.Union([DeadLetter, LetterMended, LetterSettled]);
type Entry = Static<typeof Entry>;

/**
 * Names a letter by what it is about, so that it has its name before anyone reads it, on either bus, and a letter that a
 * crash made the service write twice is one letter.
 */
export function letterId({ service, topic, key, original, encoding }: DeadLetter): string {
  const about = JSON.stringify([service, topic, key, encoding, original]);
  return createHash('sha256').update(about).digest('hex').slice(0, 16);
}

/** The letters that the topic tells of, each at the place where it came first. What is not ours is left out. */
export function lettersIn(values: readonly string[]): Letter[] {
  const letters = new Map<string, Letter>();
  for (const value of values) {
    const entry = parseJson(value);
    if (Value.Check(Entry, entry)) enter(letters, entry);
  }
  return [...letters.values()];
}

/** The text that a replay brings: what it was mended to, or the original; null when that is no text. */
export const textOf = ({ mended, original, encoding }: Letter): string | null =>
  mended ?? (encoding === 'utf-8' ? original : null);

function enter(letters: Map<string, Letter>, entry: Entry): void {
  if ('service' in entry) return enterFailure(letters, entry);
  const letter = letters.get('mends' in entry ? entry.mends : entry.settles);
  if (!letter) return;
  if ('mends' in entry) letter.mended = entry.value;
  else if (letter.times <= entry.times)
    Object.assign(letter, { state: entry.outcome, settled: { at: entry.at, because: entry.because } });
}

/** A letter that comes again is open again. */
function enterFailure(letters: Map<string, Letter>, { failed_at, ...about }: DeadLetter): void {
  const id = letterId({ failed_at, ...about });
  const earlier = letters.get(id);
  letters.set(id, {
    id,
    ...about,
    state: 'open',
    times: (earlier?.times ?? 0) + 1,
    first_failed_at: earlier?.first_failed_at ?? failed_at,
    last_failed_at: failed_at,
    mended: earlier?.mended ?? null,
    settled: null,
  });
}
