import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Definition } from '../../dev/demo/wire.ts';
import { testCluster } from '../../libs/testing/src/index.ts';
import { course, courseWithDeath } from './support/course.ts';
import { haveFakeNodes } from './support/fake-nodes.ts';
import { type PlatformOnFakeNodes, type Shape, startOnFakeNodes } from './support/platform-on-fake-nodes.ts';
import { KilledWorker, type Passage } from './support/killed-worker.ts';

const cluster = await testCluster();

/** Listed by the watches too, at a start and once a minute, whatever runs do. */
const ofWatches = /\.list\.(rayjob|raycluster|job|pod)$/;

/** Of some 30 trials with a worker's start each: 4 s where the machine is free, 20 s and more where it is not. */
const timeout = 1_200_000;

/** What comes in every course: how often something is listed or deleted depends on what is there just then. */
const isSure = ({ point, letBy }: Passage) => letBy === 0 || point.includes('.create.');

describe.runIf(cluster.available && cluster.hostAddress !== '')('a worker that dies at a call to Kubernetes', () => {
  let platform: PlatformOnFakeNodes | undefined;

  beforeAll(async () => {
    if (await haveFakeNodes(cluster, 2)) platform = await startOnFakeNodes(cluster);
  }, 600_000);

  afterAll(() => platform?.end());

  const brandNew = (shape: Shape) => platform!.define(shape);

  /** The next version of a definition, whose namespace has what that version has not. */
  async function changed(shape: Shape): Promise<Definition> {
    const first = await platform!.define(shape);
    await course(platform!, shape, first);
    return platform!.define(shape, first.name);
  }

  /**
   * With which calls are tried: what a definition needs is made before it matters what the run is. And with one that must
   * be among them.
   */
  it.for([
    ['a RayJob and all that its definition needs', 'RayJob', brandNew, /\.kubernetes\./, 'apply.ingress'],
    ['a Job', 'Job', brandNew, /\.((apply|delete)\.job|create\.secret|delete\.pod)$/, 'apply.job'],
    [
      'what a definition does not need any more',
      'Job',
      changed,
      /\.(rolebinding|resourcequota|limitrange|serviceaccount)$/,
      'delete.rolebinding',
    ],
  ] as const)('leaves nothing half done of %s', { timeout }, async ([, shape, define, wanted, sure], { skip }) => {
    skip(!platform, 'this cluster has no nodes of KWOK, and it is not ours to make some there');
    const worker = new KilledWorker(platform!);
    const whole = await define(shape);
    const passed = await worker.passages(() => course(platform!, shape, whole));
    const tried = passed.filter(
      (passage) => wanted.test(passage.point) && !ofWatches.test(passage.point) && isSure(passage),
    );
    expect(tried.map(({ point }) => point)).toContain(`after.kubernetes.${sure}`);
    expect(tried, 'before and after several calls').toSatisfy((some: Passage[]) => some.length >= 8);
    const failures: string[] = [];
    for (const passage of tried) {
      const began = performance.now();
      const failure = await courseWithDeath(platform!, shape, await define(shape), worker, passage).catch(String);
      await worker.disarm(passage);
      const said = `${passage.point} after ${passage.letBy}: ${failure ?? 'as if nothing had happened'}`;
      console.log(`   ${said} (${((performance.now() - began) / 1000).toFixed(1)} s)`);
      if (failure) failures.push(said);
    }
    expect(failures).toEqual([]);
  });
});
