/** Measures the platform on this machine and writes docs/benchmarks.md. Asserts nothing: a missed target is said. */
import { writeFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { join } from 'node:path';
import { KafkaUnavailable } from '../../libs/testing/src/index.ts';
import { repository } from '../stack/state-folder.ts';
import type { Figure, Measured } from './figure.ts';
import { describeMachine } from './machine.ts';
import { handlingMethod, measureHandling } from './measures/handling.ts';
import { measureLineage } from './measures/lineage.ts';
import { measureLists } from './measures/lists.ts';
import { measureStatus } from './measures/status.ts';
import { measureSubmits } from './measures/submits.ts';
import { pgbenchVersion } from './pgbench.ts';
import { startPlatform, type BenchPlatform } from './platform.ts';
import { render } from './report.ts';
import { sizesOf, type Sizes } from './sizes.ts';

const sizes = sizesOf(process.env['BENCH_SCALE']);
const load = loadavg()[0]!;
const handlingTitle = 'From the submission to the worker';

async function on<T>(bus: 'embedded' | 'kafka', work: (platform: BenchPlatform) => Promise<T>): Promise<T> {
  console.error(`Starts the platform with the ${bus} bus`);
  const platform = await startPlatform({ bus });
  try {
    return await work(platform);
  } finally {
    await platform.end();
  }
}

async function measureOnKafka({ handled }: Sizes): Promise<{ figures: Figure[]; skipped?: string }> {
  try {
    return { figures: await on('kafka', (platform) => measureHandling(platform, 'Kafka', handled)) };
  } catch (error) {
    if (error instanceof KafkaUnavailable) return { figures: [], skipped: error.message };
    throw error;
  }
}

const embedded = await on('embedded', async (platform) => {
  const machine = await describeMachine(platform.admin, ['pgbench', await pgbenchVersion().catch(() => 'none')]);
  const handling = await measureHandling(platform, 'embedded', sizes.handled);
  // From here on thousands of runs are submitted, and none of them shall start.
  await platform.stack.kill('isc-worker');
  const measured: Measured[] = [];
  for (const measure of [measureSubmits, measureStatus, measureLists, measureLineage]) {
    const one = await measure(platform, sizes);
    console.error(`Measured: ${one.title}`);
    measured.push(one);
  }
  return { machine, handling, measured };
});
const kafka = await measureOnKafka(sizes);

const handling: Measured[] = [
  { title: handlingTitle, method: handlingMethod(sizes.handled), figures: [...embedded.handling, ...kafka.figures] },
];
if (kafka.skipped !== undefined) {
  handling.push({ title: `${handlingTitle} on Kafka`, method: '', figures: [], skipped: kafka.skipped });
}
const report = render({
  title: 'Benchmarks',
  command: 'make bench',
  date: new Date(),
  scale: sizes.name,
  machine: embedded.machine,
  load,
  measured: [...embedded.measured, ...handling],
});
await writeFile(join(repository, 'docs/benchmarks.md'), report);
console.log(report);
