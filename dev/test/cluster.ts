/** Runs the tests on Kubernetes and ends with one line: 'N passed, N failed, N skipped'. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runVitest } from './run-vitest.ts';

const reports = mkdtempSync(join(tmpdir(), 'griffin-tests-'));
try {
  const { code, tally } = await runVitest(join(reports, 'cluster.json'), [
    '--project=cluster',
    '--project=cluster-faults',
  ]);
  if (code !== 0 && tally.failed === 0) console.error('The test runner failed outside of its tests: see above.');
  console.log(`${tally.passed} passed, ${tally.failed} failed, ${tally.skipped} skipped`);
  process.exitCode = code;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
