import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runVitest } from './run-vitest.ts';
import { closingLine } from './tally.ts';

/** Runs the tests of some projects, ends with one line: 'N passed, N failed, N skipped', and sets the exit code. */
export async function runTier(projects: string[]): Promise<void> {
  const reports = mkdtempSync(join(tmpdir(), 'griffin-tests-'));
  try {
    const parameters = projects.map((project) => `--project=${project}`);
    const { code, tally } = await runVitest(join(reports, 'tier.json'), parameters);
    if (code !== 0 && tally.failed === 0) console.error('The test runner failed outside of its tests: see above.');
    console.log(closingLine(tally));
    process.exitCode = code;
  } finally {
    rmSync(reports, { recursive: true, force: true });
  }
}
