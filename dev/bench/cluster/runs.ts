import { onFakeNodes } from '../../cluster/fake-nodes.ts';
import { eventually } from '../../../libs/testing/src/index.ts';
import type { Definition } from '../../demo/wire.ts';
import { ref } from '../../demo/wire.ts';
import type { BenchPlatform } from '../platform.ts';
import { seedInputs } from '../seed/inputs.ts';
import { atOnce } from './at-once.ts';

const clients = 32;

/** Runs of one container each on fake nodes, which say that they run until somebody ends them. */
export class RunsOnFakeNodes {
  readonly definitionId: string;
  readonly #platform: BenchPlatform;
  readonly #body: object;
  readonly #active = new Set<string>();

  private constructor(platform: BenchPlatform, definition: Definition) {
    this.#platform = platform;
    this.definitionId = definition.id;
    this.#body = { definition: ref(definition) };
  }

  static async define(platform: BenchPlatform): Promise<RunsOnFakeNodes> {
    const definition = await platform.api.post<Definition>('/api/workflow-definitions', {
      name: 'bench-fake',
      stage: 'prototype',
      kind: 'batch-infer',
      runtime: 'xgboost-scoring',
      inputs: await seedInputs(platform.admin, platform.projectId),
      resources: { cpu: 1, memory_gib: 0.25 },
      placement: onFakeNodes,
    });
    return new RunsOnFakeNodes(platform, definition);
  }

  get active(): readonly string[] {
    return [...this.#active];
  }

  /** Requests them as fast as api takes them, and resolves once all are accepted. */
  async request(count: number): Promise<void> {
    await atOnce(clients, Array.from({ length: count }), async () => {
      this.#active.add((await this.#platform.api.post<{ id: string }>('/api/workflows', this.#body)).id);
    });
  }

  /** Asks that all of them end. */
  async terminate(): Promise<void> {
    await atOnce(clients, this.active, (id) => this.#platform.api.post(`/api/workflows/${id}/terminate`, {}));
    this.#active.clear();
  }

  /** Resolves when nothing is left of those that were asked to end. */
  async released(): Promise<void> {
    await eventually(
      async () => {
        const left = await this.#held();
        if (left > 0) throw new Error(`of ${left} attempts something is left`);
      },
      { timeoutMs: 600_000, intervalMs: 500 },
    );
  }

  async #held(): Promise<number> {
    const sql = 'SELECT count(*)::int AS count FROM isc.workload WHERE released_at IS NULL';
    return (await this.#platform.admin.query<{ count: number }>(sql)).rows[0]!.count;
  }
}
