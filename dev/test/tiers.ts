/** Runs tiers of tests, one after the other, and ends with the sum of their closing lines. Usage: tiers.ts <make target ...> */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { repository } from '../stack/state-folder.ts';
import { closingLine, readClosingLine, sum, type Tally } from './tally.ts';

async function runTier(target: string): Promise<Tally> {
  const make = spawn('make', [target], { cwd: repository, stdio: ['ignore', 'pipe', 'inherit'] });
  let tally: Tally | undefined;
  for await (const line of createInterface(make.stdout)) {
    console.log(line);
    tally = readClosingLine(line) ?? tally;
  }
  const code = make.exitCode ?? ((await once(make, 'exit'))[0] as number | null);
  const said = tally ?? { passed: 0, failed: 0, skipped: 0 };
  if (code === 0 && tally) return said;
  if (said.failed === 0) console.error(`make ${target} failed outside of its tests (exit code ${code})`);
  return { ...said, failed: Math.max(said.failed, 1) };
}

const tallies: Tally[] = [];
const summary: string[] = [];
for (const target of process.argv.slice(2)) {
  const began = performance.now();
  const tally = await runTier(target);
  tallies.push(tally);
  summary.push(`make ${target}: ${closingLine(tally)} in ${Math.round((performance.now() - began) / 1000)} s`);
}
console.log(summary.join('\n'));
const total = sum(tallies);
console.log(closingLine(total));
process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
