/**
 * Breaks a platform in every way there is a name for, and checks that it keeps its word. Ends with 'N passed, N failed'.
 *
 *   FULL=1           everything, often, on both buses
 *   REPORT=1         writes docs/reliability.md
 *   SEED=<number>    repeats the random parts of an earlier run
 *   ONLY=<pattern>   only suites and points whose name matches
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../dev/stack/state-folder.ts';
import { KafkaUnavailable } from '../../libs/testing/src/index.ts';
import { DiskUnavailable } from './full-disk.ts';
import { killAtEveryPoint } from './kill-points.ts';
import { cutConnections, fillDisk, killKafka, killPostgres, killReplicas, onPlatform, shiftClocks } from './outages.ts';
import { Random } from './random.ts';
import { render } from './report.ts';
import { runSchedules } from './schedules.ts';
import type { Outcome, Suite } from './trial.ts';

const full = process.env['FULL'] === '1';
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const only = new RegExp(process.env['ONLY'] ?? '');
const outcomes: Outcome[] = [];
const skipped: string[] = [];

/** In the short form each point is tried once, on the embedded bus. */
const suites: Record<string, { rounds: number; run: (suite: Suite) => Promise<void> }> = {
  'kill points': {
    rounds: full ? 2 : 1,
    run: (suite) => onPlatform({}, (platform, trials) => killAtEveryPoint(platform, trials, suite)),
  },
  'kill points on Kafka': {
    rounds: full ? 1 : 0,
    run: (suite) => onPlatform({ bus: 'kafka' }, (platform, trials) => killAtEveryPoint(platform, trials, suite)),
  },
  'PostgreSQL killed': { rounds: full ? 3 : 1, run: killPostgres },
  'connections cut': { rounds: full ? 3 : 1, run: cutConnections },
  'Kafka down': { rounds: 1, run: killKafka },
  'disk full': { rounds: 1, run: fillDisk },
  replicas: { rounds: full ? 5 : 1, run: killReplicas },
  clocks: { rounds: 1, run: shiftClocks },
  'random schedules': { rounds: full ? 20 : 2, run: runSchedules },
};

if (process.env['REPORT'] === '1' && process.env['ONLY'] !== undefined) {
  throw new Error('REPORT=1 writes of everything that was tried: leave ONLY away');
}
console.log(`SEED=${seed}${full ? ' FULL=1' : ''}`);
const named = Object.keys(suites).filter((name) => only.test(name));
/** A pattern that names no suite is one of points. */
const isAsked = (name: string) => (named.length > 0 ? named.includes(name) : name.startsWith('kill points'));
for (const [name, { rounds, run }] of Object.entries(suites)) {
  if (rounds === 0 || !isAsked(name)) continue;
  console.log(`\n${name}`);
  const wanted = (point: string) => named.length > 0 || only.test(point);
  await run({ rounds, random: new Random(seed), tell, wanted }).catch((error: unknown) => brokeOff(name, error));
}
const command = `make test-faults${full ? ' FULL=1' : ''} SEED=${seed}`;
if (process.env['REPORT'] === '1') {
  await writeFile(join(repository, 'docs/reliability.md'), render(outcomes, command, new Date()));
}
const failed = outcomes.filter(isFailed).length;
console.log(`\n${outcomes.length - failed} passed, ${failed} failed, ${skipped.length} skipped`);
// A client of a broker that was killed may still wait for it, and would keep this process.
process.exit(failed > 0 || outcomes.length === 0 ? 1 : 0);

function tell(outcome: Outcome): void {
  outcomes.push(outcome);
  const said = [outcome.void, ...outcome.findings.map(({ fault, what }) => `${fault}: ${what}`)].filter(Boolean);
  console.log(`  ${isFailed(outcome) ? 'FAIL' : 'ok'}  ${outcome.point} (${outcome.seconds} s) ${said.join('; ')}`);
}

/** A suite that this machine cannot run is skipped, but where nothing may be. */
function brokeOff(name: string, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error);
  const lacking = error instanceof KafkaUnavailable || error instanceof DiskUnavailable;
  if (!lacking || process.env['CI'] === 'true') return tell({ point: name, findings: [], void: why, seconds: 0 });
  skipped.push(name);
  console.log(`  skipped: ${why}`);
}

function isFailed({ findings, void: broken }: Outcome): boolean {
  return findings.length > 0 || broken !== undefined;
}
