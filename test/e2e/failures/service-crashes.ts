import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { checkLineage } from '../../../dev/demo/steps/lineage.ts';
import { followRun, runSucceeded } from '../../../dev/demo/steps/waiting.ts';
import type { ModelVersion, Page } from '../../../dev/demo/wire.ts';
import { artifactLayout } from '../../../libs/contracts/src/index.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import type { TestPlatform } from '../support/platform.ts';
import { subjectsOf } from '../support/run-events.ts';
import { type SmallTraining, submit } from '../support/small-training.ts';

/** Each service is killed once while a run is under way, and started again. */
export function describeServiceCrashes(given: () => { platform: TestPlatform; small: SmallTraining }): void {
  it('completes with one run, one model version and one lineage, whichever service was killed on the way', async () => {
    const { platform, small } = given();
    const { scene, stack } = platform;
    const submitted = await submit(scene, small.definition, { config: { num_boost_round: 40 } });

    await stack.kill('isc-worker');
    await stack.start('isc-worker');
    await followRun(scene, submitted.id, ({ state }) => state === 'RUNNING');
    await stack.kill('isc-worker');
    await stack.start('isc-worker');
    await stack.kill('lineage');
    await stack.kill('api');
    const report = artifactLayout.report(
      artifactLayout.runRoot(stack.state.artifacts, submitted.project_id, submitted.id),
      1,
    );
    await eventually(() => expect(existsSync(report)).toBe(true), { timeoutMs: 120_000 });
    await stack.start('api');
    await stack.start('lineage');

    const run = await runSucceeded(scene, submitted.id);
    expect(run.attempt).toBe(1);
    const completed = await subjectsOf(scene.api, 'run.completed');
    expect(completed.filter((subject) => subject === run.id)).toEqual([run.id]);
    const versions = await scene.api.get<Page<ModelVersion>>('/api/registry/models/flight-delay/versions?limit=100');
    expect(versions.items.filter((version) => version.run_id === run.id)).toHaveLength(1);
    const described = { weather: small.view, aircraft: small.view, recentDelays: small.view };
    const graph = await checkLineage(scene, { ...described, architecture: small.architecture }, small.flights, run);
    const ids = graph.nodes.map(({ type, id }) => `${type}:${id}`);
    expect(new Set(ids).size).toBe(ids.length);
    expect(graph.nodes.filter(({ type }) => type === 'model-version')).toHaveLength(1);
  });
}
