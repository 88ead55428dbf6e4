import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TestApi } from './api.fixture.ts';

interface Operation {
  operationId: string;
  responses: Record<string, { content?: Record<string, { schema: object }> }>;
  security?: Record<string, string[]>[];
}

let api: TestApi;
let document: {
  paths: Record<string, Record<string, Operation>>;
  components: { securitySchemes: object; schemas: Record<string, object> };
};
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
  it('says of every problem that it is one, and with which statuses a route may answer with one', () => {
    const problems = (route: string) => {
      const responses = operations.find(([name]) => name === route)?.[1].responses ?? {};
      return Object.keys(responses).filter((status) => responses[status]?.content?.['application/problem+json']);
    };
    expect(problems('get /health/live')).toEqual(['5XX']);
    expect(problems('get /api/projects')).toEqual(['401', '5XX']);
    expect(problems('get /api/workflows/{id}')).toEqual(['400', '401', '404', '431', '5XX']);
    const posted = ['400', '401', '404', '409', '413', '415', '422', '431', '5XX'];
    expect(problems('post /api/workflows')).toEqual(posted);
    expect(problems('post /api/workflows/{id}/attempts/{attempt}/report')).toEqual([...posted, '403'].toSorted());
    const silent = operations.filter(([route]) => !problems(route).includes('5XX'));
    expect(silent).toEqual([]);
  });

  it('lets no body hold what the validation refuses as unknown', () => {
    const { SubmitRunDto, ResourcesDto, RunResponseDto } = document.components.schemas;
    expect([SubmitRunDto, ResourcesDto]).toMatchObject([
      { additionalProperties: false },
      { additionalProperties: false },
    ]);
    expect(RunResponseDto).not.toHaveProperty('additionalProperties');
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
    expect(routesOf('')).toEqual(['get /health/live', 'get /health/ready']);
  });

  it('refers only to what it holds', () => {
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g);
    const schemas = Object.keys((document.components as { schemas?: object }).schemas ?? {});
    const dangling = [...references].map(([, name]) => name).filter((name) => !schemas.includes(name ?? ''));
    expect(dangling).toEqual([]);
  });
});
