import { deadLetterTopic, type LetterMended, type LetterSettled, type Replay } from '@griffin/contracts';
import type { OutgoingMessage } from '../bus-message.ts';
import { lettersIn, textOf, type Letter } from './letter.ts';
import type { LetterBus } from './letter-bus.ts';
import { mendingFault, replayFault, replayTopicOf } from './letter-faults.ts';
import { Refusal } from './refusal.ts';
import { earlierLeftOut, selectLetters, type Selection } from './select-letters.ts';

export interface ReplayOptions {
  dryRun: boolean;
  /** Letters of the same key that came earlier may stay behind. */
  outOfOrder: boolean;
}

/** What can be done about the dead letters of a bus. All that is done is appended to it, so that it is known afterwards. */
export class DeadLetters {
  readonly #bus: LetterBus;

  constructor(bus: LetterBus) {
    this.#bus = bus;
  }

  async list(selection: Selection): Promise<Letter[]> {
    return selectLetters(await this.#all(), selection);
  }

  async get(id: string): Promise<Letter> {
    const [letter] = await this.list({ ids: [id] });
    return letter as Letter;
  }

  /** Keeps `text` as what the letter should have been; nothing is replayed yet. */
  async mend(id: string, text: string): Promise<Letter> {
    const letter = await this.get(id);
    const fault = mendingFault(letter, text);
    if (fault) throw new Refusal(`${id} is not mended. ${fault}`);
    const entry: LetterMended = { mends: id, value: text, at: now() };
    await this.#bus.append([note(letter, entry)]);
    return { ...letter, mended: text };
  }

  /**
   * Brings the letters to the services that gave up on them, in their order, and to no other. Either all can be replayed
   * or none is. Another try after a failure half-way is safe: a service that has had an event knows its id.
   */
  async replay(selection: Selection, { dryRun, outOfOrder }: ReplayOptions): Promise<Letter[]> {
    const all = await this.#all();
    const letters = selectLetters(all, selection);
    refuse(letters.flatMap((letter) => faultLine(letter, replayFault(letter))));
    if (!outOfOrder) refuse(letters.flatMap((letter) => faultLine(letter, orderFault(all, letters, letter))));
    if (dryRun || letters.length === 0) return letters;
    await this.#bus.append(letters.map(replayOf));
    await this.#settle(letters, 'replayed', null);
    return letters;
  }

  async discard(selection: Selection, because: string, { dryRun }: { dryRun: boolean }): Promise<Letter[]> {
    const letters = await this.list(selection);
    if (!dryRun && letters.length > 0) await this.#settle(letters, 'discarded', because);
    return letters;
  }

  async #all(): Promise<Letter[]> {
    return lettersIn(await this.#bus.read());
  }

  async #settle(letters: Letter[], outcome: LetterSettled['outcome'], because: string | null): Promise<void> {
    const at = now();
    await this.#bus.append(
      letters.map((letter) =>
        note(letter, { settles: letter.id, times: letter.times, outcome, because, at } satisfies LetterSettled),
      ),
    );
  }
}

function refuse(faults: string[]): void {
  if (faults.length > 0) throw new Refusal(`Nothing is replayed:\n${faults.join('\n')}`);
}

const faultLine = ({ id }: Letter, fault: string | undefined) => (fault ? [`- ${id}: ${fault}`] : []);

function orderFault(all: Letter[], letters: Letter[], letter: Letter): string | undefined {
  const earlier = earlierLeftOut(all, letters, letter);
  if (earlier.length === 0) return undefined;
  return `${earlier.map(({ id }) => id).join(', ')} of the same key came earlier: replay or discard that first, or add --out-of-order`;
}

const note = (letter: Letter, entry: LetterMended | LetterSettled): OutgoingMessage => ({
  topic: deadLetterTopic,
  key: letter.key ?? '',
  value: JSON.stringify(entry),
});

function replayOf(letter: Letter): OutgoingMessage {
  const { id, topic, key } = letter;
  const replay: Replay = { replays: id, topic, key, value: textOf(letter) ?? '' };
  return { topic: replayTopicOf(letter), key: key ?? '', value: JSON.stringify(replay) };
}

const now = () => new Date().toISOString();
