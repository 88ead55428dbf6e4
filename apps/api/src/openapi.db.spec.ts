import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from './api.fixture.ts';

interface Operation {
  operationId: string;
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
  security?: Record<string, string[]>[];
}

let api: TestApi;
let document: { paths: Record<string, Record<string, Operation>>; components: { securitySchemes: object } };
let operations: [route: string, operation: Operation][];

beforeAll(async () => {
  api = await TestApi.start();
  document = (await api.anonymous('get', '/api/openapi.json').expect(200)).body;
  operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, Operation] => [`${method} ${path}`, operation]),
  );
});
afterAll(() => api.stop());

describe('the OpenAPI document', () => {
  it('says of every route that it may answer with a problem', () => {
    const schema = { $ref: '#/components/schemas/Problem' };
    const silent = operations.filter(
      ([, { responses }]) =>
        JSON.stringify(responses['default']?.content?.['application/problem+json']?.schema) !== JSON.stringify(schema),
    );
    expect(silent.map(([route]) => route)).toEqual([]);
  });

  it('names each operation once, for the clients made from it', () => {
    const names = operations.map(([, { operationId }]) => operationId);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });

  it('says which token opens which route', () => {
    const scheme = ([, { security = [] }]: [string, Operation]) => security.flatMap((one) => Object.keys(one)).join();
    const routesOf = (token: string) => operations.filter((one) => scheme(one) === token).map(([route]) => route);
    expect(Object.keys(document.components.securitySchemes)).toEqual(['bearer', 'run-token']);
    expect(routesOf('run-token')).toEqual(
      ['start', 'progress', 'report'].map((what) => `post /api/workflows/{id}/attempts/{attempt}/${what}`),
    );
    expect(routesOf('').filter((route) => route.includes('/api/'))).toEqual([]);
  });

  it('refers only to what it holds', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    const schemas = Object.keys((document.components as { schemas?: object }).schemas ?? {});
    const dangling = [...references].map(([, name]) => name).filter((name) => !schemas.includes(name ?? ''));
    expect(dangling).toEqual([]);
  });
});
