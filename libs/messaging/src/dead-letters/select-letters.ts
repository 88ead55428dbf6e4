import type { Letter } from './letter.ts';
import { Refusal } from './refusal.ts';

/** Of what is given, all has to hold. */
export interface Selection {
  /** In whatever state they are; the order is that of the letters all the same. */
  ids?: readonly string[];
  service?: string;
  topic?: string;
  key?: string;
  code?: string;
  state?: Letter['state'];
}

/** Refuses an id that no letter has. */
export function selectLetters(letters: readonly Letter[], { ids, ...wanted }: Selection): Letter[] {
  const unknown = ids?.filter((id) => !letters.some((letter) => letter.id === id)) ?? [];
  if (unknown.length > 0) throw new Refusal(`There is no letter ${unknown.join(', ')}.`);
  return letters.filter(
    ({ id, service, topic, key, error, state }) =>
      (ids === undefined || ids.includes(id)) &&
      fits(wanted.service, service) &&
      fits(wanted.topic, topic) &&
      fits(wanted.key, key) &&
      fits(wanted.code, error.code) &&
      fits(wanted.state, state),
  );
}

const fits = (wanted: string | undefined, value: string | null) => wanted === undefined || wanted === value;

/** The open letters that the same service, topic and key had before `letter`, and that are not among the chosen ones. */
export function earlierLeftOut(all: readonly Letter[], chosen: readonly Letter[], letter: Letter): Letter[] {
  const { service, topic, key } = letter;
  if (key === null) return [];
  return all
    .slice(0, all.indexOf(letter))
    .filter(
      (other) =>
        other.state === 'open' &&
        other.service === service &&
        other.topic === topic &&
        other.key === key &&
        !chosen.includes(other),
    );
}
