import type { Figure } from './figure.ts';
import { median, spreadOf, type Spread } from './statistics.ts';

/** What one side of a ratio did in a second, in each round. */
export interface Sides {
  ours: number[];
  theirs: number[];
}

/** Measures both sides in turn, so that what else the machine does falls on both. */
export async function inTurn(
  rounds: number,
  ours: () => Promise<number>,
  theirs: () => Promise<number>,
): Promise<Sides> {
  const sides: Sides = { ours: [], theirs: [] };
  for (let round = 0; round < rounds; round += 1) {
    sides.theirs.push(await theirs());
    sides.ours.push(await ours());
  }
  return sides;
}

/** Of the rounds' ratios: neighbours in time are compared with each other. */
export function ratiosOf({ ours, theirs }: Sides): Spread {
  return spreadOf(ours.map((rate, round) => rate / theirs[round]!));
}

export function ratioFigures(
  names: { ours: string; theirs: string; unit: string },
  sides: Sides,
  atLeast: number,
): Figure[] {
  const ratio = ratiosOf(sides);
  const [low, middle, high] = [ratio.min, ratio.median, ratio.max].map((value) => value.toFixed(2));
  return [
    { what: `${names.theirs}, ${names.unit}`, figure: Math.round(median(sides.theirs)).toLocaleString('en') },
    { what: `${names.ours}, ${names.unit}`, figure: Math.round(median(sides.ours)).toLocaleString('en') },
    {
      what: 'ratio: median (lowest to highest round)',
      figure: `${middle} (${low} to ${high})`,
      target: { text: `at least ${atLeast}`, met: ratio.median >= atLeast },
    },
  ];
}
