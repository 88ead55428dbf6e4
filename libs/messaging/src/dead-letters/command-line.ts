import { parseArgs, type ParseArgsOptionsConfig } from 'node:util';
import type { Letter } from './letter.ts';
import { Refusal } from './refusal.ts';
import type { Selection } from './select-letters.ts';

export const usage = `Usage: dead-letters <command> [ids] [options]

  list                 open letters, the oldest first; --state replayed|discarded|all for others
  show <id>            one letter, whole; --original prints what a replay would bring, for an editor
  mend <id> <file>     takes the file's JSON in the place of the original, if it is valid; - reads it from stdin
  replay <ids>         to the service that gave up, and to no other; --out-of-order leaves earlier ones of a key behind
  discard <ids> --because <why>

  Instead of ids: --service, --topic, --key, --code, of which all have to fit, or --all; only open letters then.
  --dry-run            with replay and discard: says what would be done
  --json               with list, replay and discard: a JSON object per letter and line

  The bus is the one of the service's environment: GRIFFIN_BUS, GRIFFIN_DATABASE_URL, GRIFFIN_KAFKA_BROKERS.
`;

const text = { type: 'string' } as const;
const flag = { type: 'boolean', default: false } as const;
const options = {
  service: text,
  topic: text,
  key: text,
  code: text,
  state: text,
  because: text,
  all: flag,
  original: flag,
  'out-of-order': flag,
  'dry-run': flag,
  json: flag,
  help: flag,
} satisfies ParseArgsOptionsConfig;

export type Options = ReturnType<typeof parseLine>['values'];

/** The words and options of a command line. */
export function parseLine(args: string[]) {
  try {
    return parseArgs({ args, options, allowPositionals: true });
  } catch (error) {
    throw new Refusal(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  }
}

/** Which letters to list. */
export function listed({ state = 'open', ...values }: Options): Selection {
  if (state === 'all') return filters(values);
  if (!isState(state)) throw new Refusal(`--state is open, replayed, discarded or all, not ${state}.`);
  return { ...filters(values), state };
}

/** Which letters to do something about: never all of them by an oversight. */
export function chosen(ids: string[], values: Options): Selection {
  const filtered = filters(values);
  const filtering = Object.keys(filtered).length > 0;
  if (ids.length > 0 && (filtering || values.all)) throw new Refusal('Name letters either by ids or by options.');
  if (ids.length > 0) return { ids };
  if (filtering || values.all) return { ...filtered, state: 'open' };
  throw new Refusal('Which letters? Give ids, or --service, --topic, --key, --code, or --all.');
}

function filters({ service, topic, key, code }: Partial<Options>): Selection {
  const given = Object.entries({ service, topic, key, code }).filter(([, value]) => value !== undefined);
  return Object.fromEntries(given);
}

const states: Letter['state'][] = ['open', 'replayed', 'discarded'];
const isState = (state: string): state is Letter['state'] => states.some((each) => each === state);
