import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startKafka, freePort } from '../../libs/testing/src/index.ts';
import type { StackOptions } from '../../dev/stack/start-stack.ts';
import { startManagedPostgres } from '../e2e/support/managed-postgres.ts';
import { DatabaseProxy } from './database-proxy.ts';
import { SmallDisk } from './full-disk.ts';
import { describe, generate, type Promised, terminate, train } from './journeys.ts';
import { killIfAlive } from './kill-if-alive.ts';
import { type FaultPlatform, startFaultPlatform } from './platform.ts';
import { type Suite, Trials } from './trial.ts';

/** Starts a platform for `work`, and ends it whatever happens. */
export async function onPlatform(
  options: StackOptions,
  work: (platform: FaultPlatform, trials: Trials) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'griffin-faults-'));
  try {
    const platform = await startFaultPlatform({ ...options, faultDir: folder });
    try {
      await work(platform, new Trials(platform));
    } finally {
      await platform.end();
    }
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** PostgreSQL is killed without warning while a run is under way, and comes back. */
export async function killPostgres({ random, rounds, tell }: Suite): Promise<void> {
  await onPlatform({}, async (platform, trials) => {
    for (const journey of [train, terminate, describe].flatMap((each) => Array(rounds).fill(each) as (typeof each)[])) {
      const kill = async () => {
        await delay(500 + random.integer(5_000));
        killIfAlive(platform.stack.pid('postgres'));
      };
      tell(await trials.try('PostgreSQL killed and restarted', () => during(kill, journey(platform))));
    }
  });
}

/** The connection of a service is cut at the very COMMIT, which PostgreSQL then has or has not done. */
export async function cutConnections({ random, rounds, tell }: Suite): Promise<void> {
  const postgres = await startManagedPostgres();
  const proxy = await DatabaseProxy.start(postgres.url);
  try {
    await onPlatform({ databaseUrl: proxy.url }, async (platform, trials) => {
      for (let round = 0; round < rounds; round += 1) {
        for (const service of ['api', 'isc', 'lineage']) {
          for (const moment of ['before COMMIT', 'after COMMIT'] as const) {
            const name = `connection of ${service === 'isc' ? 'isc-worker' : service} to PostgreSQL cut ${moment}`;
            const cut = () => proxy.cut(`griffin_${service}`, moment, random.integer(6));
            tell(await trials.try(name, () => during(cut, train(platform))));
          }
        }
      }
    });
  } finally {
    await proxy.stop();
    await postgres.stop();
  }
}

/** Kafka is killed in the middle of a run, and is away for `downSeconds`. */
export async function killKafka({ tell }: Suite, downSeconds = 60): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), 'griffin-faults-kafka-'));
  const options = { dataDir, port: await freePort(), throwaway: true };
  let broker = await startKafka(options);
  try {
    await onPlatform({ bus: 'kafka', kafkaBrokers: broker.brokers }, async (platform, trials) => {
      const outage = async () => {
        await delay(1_000);
        process.kill(broker.pid, 'SIGKILL');
        await broker.exited;
        await delay(downSeconds * 1_000);
        broker = await startKafka(options);
      };
      const work = () => during(outage, ...[train, describe, terminate].map((journey) => journey(platform)));
      tell(await trials.try(`Kafka killed and down for ${downSeconds} s`, work));
    });
  } finally {
    await broker.stop();
    await rm(dataDir, { recursive: true });
  }
}

/** No artifact can be written any more: runs fail and say why, and later ones succeed once there is space. */
export async function fillDisk({ tell }: Suite): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'griffin-faults-disk-'));
  const disk = await SmallDisk.mount(join(folder, 'artifacts'), 64);
  try {
    await onPlatform({ env: { GRIFFIN_ARTIFACT_ROOT: `file://${disk.folder}` } }, async (platform, trials) => {
      const work = async (): Promise<Promised[]> => {
        await disk.fill();
        const failing = await failsForWantOfSpace(platform);
        await disk.free();
        return [...failing, ...(await generate(platform)), ...(await train(platform))];
      };
      tell(await trials.try('disk for artifacts full', work));
    });
  } finally {
    await disk.unmount();
    await rm(folder, { recursive: true });
  }
}

async function failsForWantOfSpace(platform: FaultPlatform): Promise<Promised[]> {
  const promised = await generate(platform, { endsWell: false });
  const [run] = await platform.rows<{ code: string }>(`SELECT reason ->> 'code' AS code FROM api.run WHERE id = $1`, [
    promised[0]?.runId,
  ]);
  if (run?.code !== 'artifact_store_unavailable') throw new Error(`The disk was full, but the reason is ${run?.code}`);
  return promised;
}

/** Two of each service share the work while one after the other is killed. */
export async function killReplicas({ random, rounds, tell }: Suite): Promise<void> {
  await onPlatform({ replicas: 2 }, async (platform, trials) => {
    const services = ['api', 'isc-worker', 'lineage', 'api-2', 'isc-worker-2', 'lineage-2'] as const;
    for (let round = 0; round < rounds; round += 1) {
      const kills = async () => {
        for (let kill = 0; kill < 4; kill += 1) {
          await delay(random.integer(4_000));
          killIfAlive(platform.stack.pid(random.pick(services)));
        }
      };
      const work = () => during(kills, ...[train, describe, terminate].map((journey) => journey(platform)));
      tell(await trials.try('two replicas of each service, killed at random', work));
    }
  });
}

/** The clocks of the services are five minutes apart, and PostgreSQL's is between them. */
export async function shiftClocks({ tell }: Suite): Promise<void> {
  for (const apiShift of [150, -150]) {
    const env = (seconds: number) => ({
      NODE_OPTIONS: `--import ${join(import.meta.dirname, 'shifted-clock.mjs')}`,
      GRIFFIN_CLOCK_SHIFT_MS: String(seconds * 1_000),
    });
    const envOf = { api: env(apiShift), 'isc-worker': env(-apiShift), lineage: env(-apiShift) };
    await onPlatform({ envOf }, async (platform, trials) => {
      const work = async () =>
        (await Promise.all([train, describe, terminate].map((journey) => journey(platform)))).flat();
      const name = `clocks 5 minutes apart, api ${apiShift > 0 ? 'ahead' : 'behind'}`;
      tell(await trials.try(name, work));
    });
  }
}

/** What the journeys promised, once they and the harm are through. */
async function during(harm: () => Promise<void>, ...journeys: Promise<Promised[]>[]): Promise<Promised[]> {
  const [promised] = await Promise.all([Promise.all(journeys), harm()]);
  return promised.flat();
}
