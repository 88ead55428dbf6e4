/** Runs the tests on a real Airflow and ends with one line: 'N passed, N failed, N skipped'. */
import { runTier } from './run-tier.ts';

await runTier(['airflow']);
