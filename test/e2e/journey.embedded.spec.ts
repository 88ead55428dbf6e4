import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Travelled, travel } from '../../dev/demo/journey.ts';
import { serviceNames } from '../../dev/stack/services.ts';
import { processesWith } from '../../dev/stack/marked-processes.ts';
import { isAlive } from '../../libs/testing/src/index.ts';
import { type TestPlatform, startPlatform } from './support/platform.ts';
import { proveRows } from './support/prove-rows.ts';
import { allRuns, subjectsOf } from './support/run-events.ts';

describe('a model goes from features to registry, on the embedded bus', () => {
  let platform: TestPlatform;
  let travelled: Travelled;

  beforeAll(async () => {
    platform = await startPlatform();
    travelled = await travel(platform.scene, platform.tables, { config: { num_boost_round: 60 } });
  });

  afterAll(() => platform?.end());

  it('is better than the base rate on a month it never saw', () => {
    expect(travelled.score.base_rate_roc_auc).toBe(0.5);
    expect(travelled.score.roc_auc).toBeGreaterThan(0.68);
    expect(travelled.score.rows).toBe(27_020);
  });

  it('learnt from nothing that was known only after the scheduled departure', async () => {
    expect(await proveRows(platform, travelled.flights)).toMatch(/4 passed/);
  });

  it('published run.completed once for every run', async () => {
    const { api } = platform.scene;
    const runs = await allRuns(api);
    expect(runs).toHaveLength(5);
    expect(runs.every((run) => run.is_terminal)).toBe(true);
    expect((await subjectsOf(api, 'run.completed')).toSorted()).toEqual(runs.map((run) => run.id).toSorted());
  });

  it('can be followed by its run id and its trace through the logs of all services', () => {
    const { logs } = platform.stack.state;
    const lines = serviceNames.map((name) => linesOf(join(logs, `${name}.log`), travelled.run.id));
    const [submitted] = lines[0] ?? [];
    expect(submitted?.trace_id).toMatch(/^[0-9a-f]{32}$/);
    for (const own of lines) expect(own.map((line) => line.trace_id)).toContain(submitted?.trace_id);
  });

  it('leaves no process behind', async () => {
    const { stack } = platform;
    const postgres = stack.pid('postgres') ?? 0;
    expect(isAlive(postgres)).toBe(true);
    await stack.stop();
    expect(processesWith({ GRIFFIN_INSTALLATION_DIR: stack.state.root })).toEqual([]);
    expect(isAlive(postgres)).toBe(false);
  });
});

interface LogLine {
  run_id?: string;
  trace_id?: string;
}

/** The lines of a service's log that are about a run. */
function linesOf(file: string, runId: string): LogLine[] {
  const lines = readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line) as LogLine).filter((line) => line.run_id === runId);
}
