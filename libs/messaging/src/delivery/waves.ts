/** How many messages are worked on together, at most: each may hold as much as the bus takes. */
export const waveSize = 32;

/** Parts messages into such as may be worked on together: in their order, and none with another one of its key. */
export function* waves<M>(messages: Iterable<M>, keyOf: (message: M) => string | null): Iterable<M[]> {
  let wave = new Map<string | null, M>();
  for (const message of messages) {
    const key = keyOf(message);
    if (wave.has(key) || wave.size === waveSize) {
      yield [...wave.values()];
      wave = new Map();
    }
    wave.set(key, message);
  }
  if (wave.size > 0) yield [...wave.values()];
}

/** Settles the messages of a wave together, and gives those before the first one that could not be. */
export async function settledOf<M>(wave: M[], settle: (message: M) => Promise<boolean>): Promise<M[]> {
  const outcomes = await Promise.all(wave.map(settle));
  const unsettled = outcomes.indexOf(false);
  return unsettled < 0 ? wave : wave.slice(0, unsettled);
}
