import fc from 'fast-check';
import { expect, it } from 'vitest';
import { settledOf, waves, waveSize } from './waves.ts';

interface Message {
  key: string | null;
  place: number;
}

const keys = fc.array(fc.option(fc.constantFrom('a', 'b', 'c', 'd', ...Array.from({ length: 60 }, String))), {
  maxLength: 300,
});
const messagesOf = (all: (string | null)[]): Message[] => all.map((key, place) => ({ key, place }));
const keyOf = ({ key }: Message) => key;

it('keeps all messages in their order, and no two of a key together', () => {
  fc.assert(
    fc.property(keys, (all) => {
      const messages = messagesOf(all);
      const parted = [...waves(messages, keyOf)];
      expect(parted.flat()).toEqual(messages);
      for (const wave of parted) {
        expect(new Set(wave.map(keyOf)).size).toBe(wave.length);
        expect(wave.length).toBeLessThanOrEqual(waveSize);
      }
    }),
  );
});

it('takes as many together as it may', () => {
  fc.assert(
    fc.property(keys, (all) => {
      const parted = [...waves(messagesOf(all), keyOf)];
      for (const [index, wave] of parted.slice(0, -1).entries()) {
        const next = parted[index + 1]?.[0]?.key;
        expect(wave.length === waveSize || wave.map(keyOf).includes(next ?? null)).toBe(true);
      }
    }),
  );
});

it.each([
  ['all', [true, true, true], 3],
  ['those before the first that was not', [true, false, true], 1],
  ['none', [false, true], 0],
])('gives %s', async (_, outcomes, count) => {
  const wave = outcomes.map((_outcome, place) => place);
  expect(await settledOf(wave, async (place) => outcomes[place]!)).toEqual(wave.slice(0, count));
});
