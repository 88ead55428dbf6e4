import { killAtEveryPoint } from './kill-points.ts';
import { cutConnections, fillDisk, killKafka, killPostgres, killReplicas, onPlatform, shiftClocks } from './outages.ts';
import { everyTarget } from './points.ts';
import { runSchedules } from './schedules.ts';
import type { Suite } from './trial.ts';

export interface NamedSuite {
  name: string;
  /** How often each of its trials is done. */
  rounds: number;
  run: (suite: Suite) => Promise<void>;
}

/** In the short form each point is tried once, on the embedded bus. */
export function suitesOf(full: boolean): NamedSuite[] {
  const buses = [
    { name: 'kill points', options: {}, rounds: full ? 2 : 1 },
    { name: 'kill points on Kafka', options: { bus: 'kafka' as const }, rounds: full ? 1 : 0 },
  ];
  const killPoints = buses.map(({ name, options, rounds }): NamedSuite => ({
    name,
    rounds,
    run: (suite) =>
      onPlatform(options, (platform, trials) => killAtEveryPoint(platform, trials, suite, everyTarget(full))),
  }));
  const suites = [
    ...killPoints,
    { name: 'PostgreSQL killed', rounds: full ? 3 : 1, run: killPostgres },
    { name: 'connections cut', rounds: full ? 3 : 1, run: cutConnections },
    { name: 'Kafka down', rounds: 1, run: killKafka },
    { name: 'disk full', rounds: 1, run: fillDisk },
    { name: 'replicas', rounds: full ? 5 : 1, run: killReplicas },
    { name: 'clocks', rounds: 1, run: shiftClocks },
    { name: 'random schedules', rounds: full ? 20 : 2, run: runSchedules },
  ];
  return suites.filter(({ rounds }) => rounds > 0);
}
