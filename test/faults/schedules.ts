import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serviceNames } from '../../dev/stack/services.ts';
import { describe, generate, type Promised, terminate, train } from './journeys.ts';
import { nameOf } from './kill-points.ts';
import { onPlatform } from './outages.ts';
import { killIfAlive } from './kill-if-alive.ts';
import type { FaultPlatform } from './platform.ts';
import { arm, everyTarget } from './points.ts';
import { Random } from './random.ts';
import type { Suite } from './trial.ts';

const harms = 6;
const longestPauseMs = 3_000;

type Step = { afterMs: number; name: string; harm: (platform: FaultPlatform) => Promise<void> };

/** Random harm, one after the other, while several journeys are under way at once. */
export async function runSchedules({ random, rounds, tell }: Suite): Promise<void> {
  await onPlatform({}, async (platform, trials) => {
    for (let round = 0; round < rounds; round += 1) {
      const seed = random.integer(2 ** 31);
      const steps = scheduleOf(new Random(seed));
      console.log(`     schedule ${seed}: ${steps.map(({ afterMs, name }) => `${afterMs} ms, ${name}`).join('; ')}`);
      tell(await trials.try('random schedule', () => play(platform, steps)));
    }
  });
}

function scheduleOf(random: Random): Step[] {
  return Array.from({ length: harms }, () => ({ afterMs: random.integer(longestPauseMs), ...harmOf(random) }));
}

function harmOf(random: Random): Omit<Step, 'afterMs'> {
  const kind = random.integer(10);
  if (kind === 0) return { name: 'kill postgres', harm: async ({ stack }) => killIfAlive(stack.pid('postgres')) };
  if (kind < 4) {
    const service = random.pick(serviceNames);
    return { name: `kill ${service}`, harm: async ({ stack }) => killIfAlive(stack.pid(service)) };
  }
  const target = random.pick(everyTarget());
  const letBy = random.integer(4);
  return {
    name: `kill ${nameOf(target)}, passage ${letBy + 1}`,
    harm: ({ faultDir }) => arm(faultDir, target, letBy),
  };
}

async function play(platform: FaultPlatform, steps: Step[]): Promise<Promised[]> {
  const journeys = Promise.all([train, terminate, describe, generate].map((journey) => journey(platform)));
  const [promised] = await Promise.all([journeys, harmAll(platform, steps)]);
  for (const file of await readdir(platform.faultDir)) await rm(join(platform.faultDir, file), { force: true });
  return promised.flat();
}

async function harmAll(platform: FaultPlatform, steps: Step[]): Promise<void> {
  for (const { afterMs, harm } of steps) {
    await delay(afterMs);
    await harm(platform);
  }
}
