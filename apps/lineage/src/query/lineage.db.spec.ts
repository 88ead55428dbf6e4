import { generateKeyPairSync } from 'node:crypto';
import { Database } from '@griffin/database';
import { connectBus } from '@griffin/messaging';
import { LongPoll, signPrincipal, toProblem } from '@griffin/platform';
import pg from 'pg';
import request from 'supertest';
import { v7 as uuid } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NodeType } from '../graph/domain/vocabulary.ts';
import { GraphService } from '../graph/graph.service.ts';
import type { LineageEvent } from '../ingest/domain/derive.ts';
import { IngestService } from '../ingest/ingest.service.ts';
import { Journey } from '../ingest/journey.fixture.ts';
import { startLineage, type TestLineage } from '../lineage.fixture.ts';
import { QueryService } from './query.service.ts';

let lineage: TestLineage;
const journey = new Journey();
const model = `model-version:${journey.model.id}`;

beforeAll(async () => {
  lineage = await startLineage(connectBus);
  const ingest = lineage.app.get(IngestService, { strict: false });
  for (const event of journey.events()) await ingest.ingest(event);
});
afterAll(() => lineage.app.close());

async function ask(query: Record<string, string>, projectId = journey.projectId) {
  const authorization = await lineage.authorization(projectId);
  return request(lineage.app.getHttpServer()).get('/api/lineage').query(query).set('authorization', authorization);
}

async function reached(query: Record<string, string>): Promise<string[]> {
  const { body } = await ask(query);
  return body.nodes.map(({ type, id }: { type: string; id: string }) => `${type}:${id}`).toSorted();
}

describe('the lineage of a model version', () => {
  const causes = [
    `run:${journey.runId}`,
    `run:${journey.generationRunId}`,
    `dataset:${journey.dataset.id}`,
    `feature-view:${journey.view.id}`,
    `architecture:${journey.architecture.id}`,
    `definition:${journey.definition.id}`,
  ];
  const url = `output-url:${journey.modelUri}`;

  it('is its run, dataset, features, architecture, definition and output URLs', async () => {
    expect(await reached({ node: model })).toEqual([model, url, ...causes].toSorted());
    expect(await reached({ node: model, direction: 'upstream' })).toEqual([model, ...causes].toSorted());
    expect(await reached({ node: model, direction: 'downstream' })).toEqual([model, url]);
  });

  it('is found from the other end', async () => {
    const others = [`architecture:${journey.architecture.id}`, `dataset:${journey.dataset.id}`, `run:${journey.runId}`];
    for (const node of others) expect(await reached({ node, direction: 'downstream' })).toContain(model);
    expect(await reached({ node: url, direction: 'upstream' })).toEqual([model, url, ...causes].toSorted());
    expect(await reached({ node: `architecture:${journey.architecture.id}`, direction: 'downstream' })).toEqual(
      [
        `architecture:${journey.architecture.id}`,
        `run:${journey.runId}`,
        `output-url:${journey.modelUri}`,
        model,
      ].toSorted(),
    );
  });

  it('says what each is, how they connect, since when, and as of when', async () => {
    const { body } = await ask({ node: model });
    expect(body.node).toMatchObject({ type: 'model-version', name: 'delays', version: 3 });
    expect(body.node.attributes).toMatchObject({ framework: 'xgboost', aliases: ['challenger'] });
    expect(body.edges).toContainEqual({
      from: `run:${journey.runId}`,
      to: model,
      relation: 'generated',
      valid_from: '2026-01-01T12:20:00.000Z',
    });
    expect(body.nodes).toContainEqual(
      expect.objectContaining({
        id: journey.runId,
        name: 'nightly',
        attributes: expect.objectContaining({ state: 'SUCCEEDED' }),
      }),
    );
    expect(body.truncated).toBe(false);
    expect(body.as_of.time).toBe('2026-01-01T12:39:00.000Z');
  });

  it('goes no further than asked', async () => {
    expect(await reached({ node: model, depth: '1' })).toEqual(
      [model, `run:${journey.runId}`, `output-url:${journey.modelUri}`].toSorted(),
    );
  });
});

describe('a walk', () => {
  const node = (id: number | string) => ({ type: 'run' as const, id: String(id) });
  const link = (from: number, to: number) => ({ from: node(from), relation: 'wasUsedBy' as const, to: node(to) });
  const origin = () => ({ projectId: uuid(), validFrom: '2026-01-01T00:00:00Z', describedBy: undefined });

  async function walked(links: ReturnType<typeof link>[], start: number, depth: number, maxNodes: number) {
    const graph = lineage.app.get(GraphService, { strict: false });
    const { manager } = lineage.app.get(Database);
    const from = origin();
    const nodes = links.flatMap((one) => [one.from, one.to]);
    await graph.add(manager, from, nodes, links);
    const options = { projectId: from.projectId, start: node(start), direction: 'both', depth, maxNodes } as const;
    const found = await graph.around(manager, options);
    return { ids: found!.nodes.map(({ id }) => Number(id)), edges: found!.edges.length, truncated: found!.truncated };
  }

  it('through a cycle ends', async () => {
    const { ids, truncated } = await walked([link(1, 2), link(2, 3), link(3, 1)], 1, 50, 100);
    expect([new Set(ids), truncated]).toEqual([new Set([1, 2, 3]), false]);
  });

  it('through a lattice, whose paths double at each step, is as large as its nodes', async () => {
    const links = Array.from({ length: 25 }, (_, level) => level * 2).flatMap((left) =>
      [left, left + 1].flatMap((from) => [link(from, left + 2), link(from, left + 3)]),
    );
    const { ids, edges } = await walked(links, 0, 50, 1000);
    expect([ids.length, edges]).toEqual([51, 98]);
  });

  it('through a great graph keeps the nearest nodes and says that there are more', async () => {
    const star = Array.from({ length: 3000 }, (_, leaf) => link(0, leaf + 1));
    const chain = Array.from({ length: 30 }, (_, step) => link(5000 + step + 1, step === 0 ? 0 : 5000 + step));
    const { ids, truncated } = await walked([...star, ...chain], 0, 20, 100);
    expect([ids[0], ids.length, truncated]).toEqual([0, 100, true]);
  });
});

describe('a request', () => {
  it.each([
    [{ node: 'run' }, '/node'],
    [{ node: 'cluster:1' }, '/node'],
    [{}, '/node'],
    [{ node: model, depth: '51' }, '/depth'],
    [{ node: model, direction: 'sideways' }, '/direction'],
    [{ node: model, wait_for: 'soon' }, '/wait_for'],
    [{ node: model, colour: 'red' }, '/colour'],
  ])('%o is refused', async (query, pointer) => {
    const { status, body } = await ask(query);
    expect([status, body.code, body.errors.map((error: { pointer: string }) => error.pointer)]).toEqual([
      400,
      'parameter_invalid',
      [pointer],
    ]);
  });

  it('for what the project does not have is answered 404, also when another project has it', async () => {
    for (const answer of [await ask({ node: `run:${uuid()}` }), await ask({ node: model }, uuid())]) {
      expect([answer.status, answer.body.code]).toEqual([404, 'node_not_found']);
    }
  });

  it('needs a principal that api signed', async () => {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
    const forged = await signPrincipal(pem, { projectId: journey.projectId, subject: 'token:x' });
    const http = () => request(lineage.app.getHttpServer()).get('/api/lineage').query({ node: model });
    const answers = [
      await http(),
      await http().set('authorization', `Bearer ${forged}`),
      await request(lineage.app.getHttpServer()).get('/health/ready'),
    ];
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 200]);
  });
});

describe('waiting for an event', () => {
  async function publish(event: LineageEvent): Promise<void> {
    const client = new pg.Client({ connectionString: lineage.adminUrl });
    await client.connect();
    await client.query('INSERT INTO bus.event (topic, key, envelope) VALUES ($1, $2, $3)', [
      event.type,
      event.subject,
      JSON.stringify(event),
    ]);
    await client.end();
  }

  it('holds the answer until the bus has brought it', async () => {
    const next = new Journey();
    const event = next.registered();
    const held = ask({ node: `model-version:${next.model.id}`, wait_for: event.id }, next.projectId);
    await publish(event);
    const { status, body } = await held;
    expect(status).toBe(200);
    expect(body.as_of.event_id).toBe(event.id);
  });

  it('ends with a problem when it does not come', async () => {
    class Impatient extends LongPoll {
      override until<T>(probe: () => Promise<T | undefined>): Promise<T | undefined> {
        return super.until(probe, 0);
      }
    }
    const { app } = lineage;
    const feature = { strict: false };
    const [graph, ingest] = [app.get(GraphService, feature), app.get(IngestService, feature)];
    const queries = new QueryService(app.get(Database), graph, ingest, new Impatient());
    const { projectId } = journey;
    const start = { type: NodeType.ModelVersion, id: journey.model.id };
    const late = queries.lineage({ projectId, start, direction: 'both', depth: 1, waitFor: uuid() });
    const problem = toProblem(await late.catch((error: unknown) => error));
    expect(problem).toMatchObject({ status: 504, code: 'event_not_ingested', retryable: true });
  });
});
