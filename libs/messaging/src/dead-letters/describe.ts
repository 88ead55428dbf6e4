import { textOf, type Letter } from './letter.ts';
import { violation } from './letter-faults.ts';

const columns: [title: string, of: (letter: Letter) => string][] = [
  ['ID', ({ id }) => id],
  ['STATE', stateOf],
  ['SERVICE', ({ service }) => service],
  ['TOPIC', ({ topic }) => topic],
  ['KEY', ({ key }) => key ?? '-'],
  ['CODE', ({ error }) => error.code],
  ['TIMES', ({ times }) => String(times)],
  ['LAST FAILED', ({ last_failed_at }) => last_failed_at],
  ['MESSAGE', ({ error }) => shortened(error.message)],
];

/** A line per letter, aligned. */
export function table(letters: readonly Letter[]): string {
  const rows = [columns.map(([title]) => title), ...letters.map((letter) => columns.map(([, of]) => of(letter)))];
  const widths = columns.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: string[]) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ');
  return rows.map((row) => `${line(row).trimEnd()}\n`).join('');
}

/** All there is to know of a letter. */
export function describe(letter: Letter): string {
  const { error, settled } = letter;
  const facts: [string, string | undefined][] = [
    ['letter', letter.id],
    ['state', stateOf(letter)],
    ['settled at', settled?.at],
    ['because', settled?.because ?? undefined],
    ['service', letter.service],
    ['topic', letter.topic],
    ['key', letter.key ?? '-'],
    ['code', error.code],
    ['message', error.message],
    ['times', String(letter.times)],
    ['first failed', letter.first_failed_at],
    ['last failed', letter.last_failed_at],
    ['to mend', violation(letter, textOf(letter))],
  ];
  const lines = facts.flatMap(([name, value]) => (value === undefined ? [] : [`${name.padEnd(14)}${value}\n`]));
  return `${lines.join('')}\noriginal (${letter.encoding}):\n${letter.original ?? ''}\n${mendedPart(letter)}`;
}

const mendedPart = ({ mended }: Letter) => (mended === null ? '' : `\nmended to:\n${mended}\n`);

function stateOf({ state, mended }: Letter): string {
  return state === 'open' && mended !== null ? 'mended' : state;
}

/** Of a message in a table: the rest is for `show`. Control characters would move the cursor. */
function shortened(message: string): string {
  const line = message.replaceAll(/\p{Cc}+/gu, ' ');
  return line.length > 80 ? `${line.slice(0, 79)}…` : line;
}
