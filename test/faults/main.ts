/**
 * Breaks platforms in every way there is a name for, and checks that they keep their word. Ends with
 * 'N passed, N failed, N skipped'.
 *
 *   FULL=1           everything, often, on both buses
 *   REPORT=1         writes docs/reliability.md
 *   SEED=<number>    repeats the random parts of an earlier run
 *   ONLY=<pattern>   only suites and points whose name matches
 */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../dev/stack/state-folder.ts';
import { closingLine } from '../../dev/test/tally.ts';
import { KafkaUnavailable } from '../../libs/testing/src/index.ts';
import { DiskUnavailable } from './full-disk.ts';
import { Random } from './random.ts';
import { render } from './report.ts';
import { type NamedSuite, suitesOf } from './suites.ts';
import type { Outcome } from './trial.ts';

const full = process.env['FULL'] === '1';
const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31);
const only = new RegExp(process.env['ONLY'] ?? '');
if (process.env['REPORT'] === '1' && process.env['ONLY'] !== undefined) {
  throw new Error('REPORT=1 writes of everything that was tried: leave ONLY away');
}
console.log(`SEED=${seed}${full ? ' FULL=1' : ''}`);

const suites = suitesOf(full);
const named = suites.filter(({ name }) => only.test(name));
// A pattern that names no suite is one of points.
const asked = named.length > 0 ? named : suites.filter(({ name }) => name.startsWith('kill points'));
const wanted = (point: string) => named.length > 0 || only.test(point);
const outcomes: Outcome[] = [];
let skipped = 0;
// Two at once take as long: most of a trial is a Ray that starts, and computes.
for (const suite of asked) await runSuite(suite);

const command = `make test-faults${full ? ' FULL=1' : ''} SEED=${seed}`;
if (process.env['REPORT'] === '1') {
  await writeFile(join(repository, 'docs/reliability.md'), render(outcomes, command, new Date()));
}
const failed = outcomes.filter(isFailed).length;
console.log(`\n${closingLine({ passed: outcomes.length - failed, failed, skipped })}`);
// A client of a broker that was killed may still wait for it, and would keep this process.
process.exit(failed > 0 || outcomes.length === 0 ? 1 : 0);

async function runSuite(suite: NamedSuite): Promise<void> {
  const tell = (outcome: Outcome) => {
    outcomes.push(outcome);
    const said = [outcome.void, ...outcome.findings.map(({ fault, what }) => `${fault}: ${what}`)].filter(Boolean);
    const verdict = isFailed(outcome) ? 'FAIL' : 'ok';
    console.log(`  ${verdict}  ${suite.name}: ${outcome.point} (${outcome.seconds} s) ${said.join('; ')}`);
  };
  await suite
    .run({ rounds: suite.rounds, random: new Random(seed), tell, wanted })
    .catch((error: unknown) => brokeOff(suite.name, error, tell));
}

/** A suite that this machine cannot run is skipped, but where nothing may be. */
function brokeOff(name: string, error: unknown, tell: (outcome: Outcome) => void): void {
  const why = error instanceof Error ? error.message : String(error);
  const lacking = error instanceof KafkaUnavailable || error instanceof DiskUnavailable;
  if (!lacking || process.env['CI'] === 'true') return tell({ point: name, findings: [], void: why, seconds: 0 });
  skipped += 1;
  console.log(`  skipped  ${name}: ${why}`);
}

function isFailed({ findings, void: broken }: Outcome): boolean {
  return findings.length > 0 || broken !== undefined;
}
