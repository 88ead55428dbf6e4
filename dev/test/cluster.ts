/** Runs the tests on Kubernetes and ends with one line: 'N passed, N failed, N skipped'. */
import { runTier } from './run-tier.ts';

await runTier(['cluster', 'cluster-faults']);
