/** Runs every test and ends with one line: 'N passed, N failed, N skipped'. */
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { openStateFolder } from '../stack/state-folder.ts';
import { type Outcome, run, runVitest } from './run-vitest.ts';
import { closingLine, readJunit, sum } from './tally.ts';

const reports = mkdtempSync(join(tmpdir(), 'griffin-tests-'));
const { runtimesPython, sdkPython, airflowPython } = openStateFolder();

/** Says what it has to say at its end: it runs beside others. */
async function runPytest(python: string, project: string): Promise<Outcome> {
  const file = join(reports, `${basename(project)}.xml`);
  const said = join(reports, `${basename(project)}.log`);
  const output = openSync(said, 'w');
  const code = await run(python, ['-m', 'pytest', '-q', project, `--junitxml=${file}`], ['ignore', output, output]);
  closeSync(output);
  console.log(`\n pytest ${project}\n${readFileSync(said, 'utf8')}`);
  return { code, tally: readJunit(file) };
}

try {
  // Those that wait for one another's servers share the cores; the end-to-end tests have them for themselves.
  const parts = await Promise.all([
    runPytest(runtimesPython, 'python/griffin-runtimes'),
    runPytest(sdkPython, 'python/griffin'),
    runPytest(airflowPython, 'python/apache-airflow-providers-griffin'),
    runVitest(join(reports, 'parts.json'), ['--project=!e2e', '--project=!cluster*', '--project=!airflow']),
  ]);
  const outcomes = [...parts, await runVitest(join(reports, 'e2e.json'), ['--project=e2e'])];
  const total = sum(outcomes.map(({ tally }) => tally));
  const sound = outcomes.every(({ code }) => code === 0);
  if (!sound && total.failed === 0) console.error('A test runner failed outside of its tests: see above.');
  console.log(closingLine(total));
  process.exitCode = sound ? 0 : 1;
} finally {
  rmSync(reports, { recursive: true, force: true });
}
