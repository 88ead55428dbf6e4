import { readFile } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import type { Measured } from '../figure.ts';
import type { Bench } from './creations.ts';

const limitMb = 300;
const readings = { count: 30, everyMs: 1_000 };

export interface MemoryAt {
  active: number;
  /** How many of their pods say that they run. */
  running: number;
  highestMb: number;
}

/** Requests as many as are missing to `count` active runs, and waits until their pods run or the time is up. */
export async function reach({ kubernetes, runs }: Bench, count: number, settleSeconds: number): Promise<number> {
  await runs.request(count - runs.active.length);
  const deadline = Date.now() + settleSeconds * 1_000;
  for (;;) {
    const pods = await kubernetes.pods(`griffin.dev/definition-id=${runs.definitionId}`);
    const running = pods.filter(({ status }) => status?.phase === 'Running').length;
    if (running >= count || Date.now() > deadline) return running;
    await delay(5_000);
  }
}

/** The most that the worker had of the machine's memory within half a minute. */
export async function memoryOfWorker({ platform: { stack } }: Bench): Promise<number> {
  let highest = 0;
  for (let reading = 0; reading < readings.count; reading += 1) {
    highest = Math.max(highest, await residentMb(stack.pid('isc-worker')));
    await delay(readings.everyMs);
  }
  return highest;
}

export function memoryFigures(idle: number, few: MemoryAt, many: MemoryAt): Measured {
  const growth = ((many.highestMb - few.highestMb) * 1_000) / (many.active - few.active);
  const figures = [
    { what: 'no run', figure: inMb(idle) },
    ...[few, many].map(({ active, running, highestMb }) => ({
      what: `${active.toLocaleString('en')} active runs, of which ${running.toLocaleString('en')} have a running pod`,
      figure: inMb(highestMb),
      target: { text: `at most ${limitMb} MB`, met: highestMb <= limitMb },
    })),
    { what: 'growth for each run more', figure: `${growth.toFixed(1)} kB` },
  ];
  const method =
    'The resident memory of the worker’s process, the highest of 30 readings within half a minute, once the runs have been ' +
    'created and their pods run. The runs are those of the measures above; a run in Ray has more pods.';
  return { title: 'The worker’s memory', method, figures };
}

const inMb = (value: number) => `${Math.round(value)} MB`;

async function residentMb(pid: number | undefined): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  const [, kib] = /^VmRSS:\s+(\d+) kB$/m.exec(status) ?? [];
  if (kib === undefined) throw new Error('The worker does not run');
  return (Number(kib) * 1_024) / 1e6;
}
