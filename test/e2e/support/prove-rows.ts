import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { installSource } from '../../../dev/demo/flights.ts';
import type { DatasetVersion } from '../../../dev/demo/wire.ts';
import { demoFolder, type TestPlatform, toolsOf } from './platform.ts';

const run = promisify(execFile);
const proofs = resolve(import.meta.dirname, '../../../dev/demo/flights');

/** Recomputes sampled rows of the generated dataset from the CSV files; throws with what pytest found. */
export async function proveRows({ stack }: TestPlatform, dataset: DatasetVersion): Promise<string> {
  const splits = Object.entries(dataset.splits ?? {}).map(([name, { uri }]) => [name, uri]);
  const env = {
    ...process.env,
    PYTHONDONTWRITEBYTECODE: '1',
    GRIFFIN_FLIGHTS_DATA: await installSource(toolsOf(stack), demoFolder(stack)),
    GRIFFIN_FLIGHTS_SPLITS: JSON.stringify(Object.fromEntries(splits)),
  };
  const options = ['-m', 'pytest', '-q', '-p', 'no:cacheprovider', '-W', 'error', '--rootdir', proofs];
  const files = ['test_arrivals.py', 'test_rows.py'].map((file) => join(proofs, file));
  try {
    return (await run(stack.state.runtimesPython, [...options, ...files], { env })).stdout;
  } catch (error) {
    throw new Error(`the rows are not proven:\n${(error as { stdout: string }).stdout}`, { cause: error });
  }
}
