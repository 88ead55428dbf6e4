import { malformed } from './journeys.ts';
import type { FaultPlatform } from './platform.ts';
import { arm, disarm, type Target } from './points.ts';
import type { Suite, Trials } from './trial.ts';

/** The topics that `malformed` writes to have three consumers between them. */
const lettersOfMalformed = 3;

/** Kills each service at each of the points, once per round; from the second round on after some passages. */
export async function killAtEveryPoint(
  platform: FaultPlatform,
  trials: Trials,
  { rounds, random, tell, wanted }: Suite,
  targets: Target[],
): Promise<void> {
  for (let round = 0; round < rounds; round += 1) {
    for (const target of targets.filter((each) => wanted(nameOf(each)))) {
      const letBy = round === 0 ? 0 : random.integer(3);
      const deadLetters = target.journey === malformed ? lettersOfMalformed : 0;
      const tryAt = (passage: number) =>
        trials.try(nameOf(target), () => killAt(platform, target, passage), { deadLetters });
      const outcome = await tryAt(letBy);
      // A journey may pass the point only once.
      tell(outcome.void === notPassed && letBy > 0 ? await tryAt(0) : outcome);
    }
  }
}

export const nameOf = ({ service, point }: Target) => `${service} ${point.replace('.', ' ')}`;

const notPassed = 'the point was not passed';

async function killAt(platform: FaultPlatform, target: Target, letBy: number) {
  const { faultDir, stack } = platform;
  await arm(faultDir, target, letBy);
  if (target.commit === 'token.ensure') {
    await stack.kill(target.service);
    await stack.start(target.service);
  }
  const [journey] = await Promise.allSettled([target.journey(platform)]);
  const killed = await disarm(faultDir, target);
  if (journey.status === 'rejected') throw journey.reason;
  if (!killed) throw new Error(notPassed);
  return journey.value;
}
