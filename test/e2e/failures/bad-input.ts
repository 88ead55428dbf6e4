import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { ref } from '../../../dev/demo/wire.ts';
import type { TestPlatform } from '../support/platform.ts';
import { type SmallTraining, smallResources } from '../support/small-training.ts';

interface Problem {
  type: string;
  status: number;
  code: string;
  retryable: boolean;
  trace_id: string;
  errors?: { pointer: string; code: string; message: string }[];
}

/** What is changed of a sound request, and what the answer must be. */
interface Row {
  why: string;
  change: object;
  status: number;
  pointers?: string[];
}

const rows: Row[] = [
  { why: 'an unknown field', change: { colour: 'red' }, status: 422, pointers: ['/colour'] },
  {
    why: 'an unknown resource',
    change: { resources: { ...smallResources, tpu: 1 } },
    status: 422,
    pointers: ['/resources/tpu'],
  },
  { why: 'a wrong type', change: { name: 7 }, status: 422, pointers: ['/name'] },
  {
    why: 'too many workers',
    change: { resources: { ...smallResources, workers: 257 } },
    status: 422,
    pointers: ['/resources/workers'],
  },
  { why: 'no CPU', change: { resources: { ...smallResources, cpu: 0 } }, status: 422, pointers: ['/resources/cpu'] },
  {
    why: 'a negative GPU',
    change: { resources: { ...smallResources, gpu: -1 } },
    status: 422,
    pointers: ['/resources/gpu'],
  },
  { why: 'an unknown setting', change: { config: { max_deep: 3 } }, status: 422, pointers: ['/config/max_deep'] },
  {
    why: 'a setting out of range',
    change: { config: { num_boost_round: 0 } },
    status: 422,
    pointers: ['/config/num_boost_round'],
  },
  {
    why: 'several faults at once',
    change: { resources: { ...smallResources, memory_gib: -1 }, config: { max_depth: 'deep' } },
    status: 422,
    pointers: ['/resources/memory_gib'],
  },
  { why: 'an unknown definition', change: { definition: 'nobody-made-this@1' }, status: 404 },
  { why: 'an unknown version', change: { definition: 'train-small@99' }, status: 404 },
  { why: 'an unknown dataset', change: { inputs: { dataset: 'nobody-made-this' } }, status: 404 },
];

/** Requests that are refused, each with a problem that says what and where, and none of which stores anything. */
export function describeBadInput(given: () => { platform: TestPlatform; small: SmallTraining }): void {
  it.each(rows)('is refused with $status for $why', async ({ change, status, pointers }) => {
    const { platform, small } = given();
    await expectNothingStored(platform, async () => {
      const body = { definition: ref(small.definition), resources: smallResources, ...change };
      const problem = await refused(platform, JSON.stringify(body));
      expect(problem.status).toBe(status);
      if (pointers !== undefined) expect(problem.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
    });
  });

  it('is refused with 400 for malformed JSON', async () => {
    const { platform } = given();
    await expectNothingStored(platform, async () => {
      expect((await refused(platform, '{"definition": ')).status).toBe(400);
    });
  });

  it('is refused with 413 for a body over the limit', async () => {
    const { platform } = given();
    await expectNothingStored(platform, async () => {
      expect((await refused(platform, JSON.stringify({ name: 'x'.repeat(1024 * 1024) }))).status).toBe(413);
    });
  });

  it('is refused with 422 for another body under the same idempotency key', async () => {
    const { platform, small } = given();
    const key = randomUUID();
    const body = { definition: ref(small.definition), resources: smallResources, config: { num_boost_round: 10 } };
    const first = await post(platform, JSON.stringify(body), key);
    expect(first.status).toBe(201);
    const { id } = (await first.json()) as { id: string };
    await platform.scene.api.post(`/api/workflows/${id}/terminate`, {});
    await expectNothingStored(platform, async () => {
      expect((await refused(platform, JSON.stringify({ ...body, seed: 7 }), key)).status).toBe(422);
    });
  });
}

async function refused(platform: TestPlatform, body: string, key?: string): Promise<Problem> {
  const response = await post(platform, body, key);
  expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
  const problem = (await response.json()) as Problem;
  expect(problem).toMatchObject({ status: response.status, retryable: false });
  expect(problem.code).toMatch(/^[a-z_]+$/);
  return problem;
}

function post({ stack }: TestPlatform, body: string, key: string = randomUUID()): Promise<Response> {
  const headers = {
    authorization: `Bearer ${stack.token}`,
    'content-type': 'application/json',
    'idempotency-key': key,
  };
  return fetch(`${stack.apiUrl}/api/workflows`, { method: 'POST', headers, body });
}

/** No run came of `work`. */
async function expectNothingStored({ scene }: TestPlatform, work: () => Promise<void>): Promise<void> {
  const newest = () => scene.api.get<{ items: { id: string }[] }>('/api/workflows?limit=1');
  const before = await newest();
  await work();
  expect((await newest()).items.map(({ id }) => id)).toEqual(before.items.map(({ id }) => id));
}
