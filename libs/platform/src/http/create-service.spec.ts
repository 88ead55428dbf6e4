import { connect, type AddressInfo } from 'node:net';
import { Body, Controller, Get, HttpException, Module, Param, ParseUUIDPipe, Post, Query } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Type } from 'class-transformer';
import { IsArray, IsInt, IsNumber, IsObject, IsOptional, IsString, Max, Min, ValidateNested } from 'class-validator';
import request from 'supertest';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ConflictError, InvalidInputError, NotFoundError, UnauthenticatedError } from '../errors/platform-error.ts';
import { HealthModule } from '../health/health.module.ts';
import { Metrics } from '../metrics/metrics.ts';
import { currentTrace, traceIdOf, withTrace } from '../trace/trace.ts';
import { createService } from './create-service.ts';
import { LongPoll } from './long-poll.ts';

class ResourcesDto {
  @IsNumber() @Min(1) @Max(192) cpu: number;
}

class FeatureDto {
  @IsString() name: string;
}

class RunDto {
  @IsString() name: string;
  @ValidateNested() @Type(() => ResourcesDto) resources: ResourcesDto;
  @IsOptional() @IsArray() @ValidateNested({ each: true }) @Type(() => FeatureDto) features?: FeatureDto[];
  @IsOptional() @IsObject() config?: Record<string, unknown>;
}

class PageDto {
  @IsOptional() @IsInt() @Min(1) @Max(500) @Type(() => Number) limit?: number;
}

const thrown: Record<string, () => Error> = {
  missing: () => new NotFoundError('run_not_found', 'There is no such run.'),
  busy: () => new ConflictError('busy', 'Try again.', { retryable: true, retryAfterSeconds: 2 }),
  anonymous: () => new UnauthenticatedError('token_missing', 'Send a token.'),
  bug: () => new Error('password=hunter2 at postgres://griffin:hunter2@db/griffin'),
  teapot: () => new HttpException('short and stout', 418),
  invalid: () =>
    new InvalidInputError([
      { pointer: '/config/eta', code: 'maximum', message: 'must be at most 1' },
      { pointer: '/config/eta', code: 'any_of', message: 'must be something' },
    ]),
};

@Controller('api/runs')
class RunsController {
  readonly #longPoll: LongPoll;

  constructor(longPoll: LongPoll) {
    this.#longPoll = longPoll;
  }

  @Post() create(@Body() body: RunDto) {
    return { name: body.name, trace_id: traceIdOf(currentTrace()) };
  }
  @Get() list(@Query() page: PageDto) {
    return { limit: page.limit ?? null };
  }
  @Get('waiting') waiting() {
    return this.#longPoll.until(async () => undefined, 25).then(() => ({ ended: true }));
  }
  @Get('thrown/:name') thrown(@Param('name') name: string) {
    throw thrown[name]!();
  }
  @Get(':id') one(@Param('id', ParseUUIDPipe) id: string) {
    return withTrace({ runId: id }, () => ({ id, run: currentTrace().runId }));
  }
}

let databaseIsUp = true;

@Module({
  imports: [
    HealthModule.forService({
      inject: [Metrics],
      checks: (metrics: Metrics) => ({
        database: async () => {
          if (!databaseIsUp) throw new Error('connect ECONNREFUSED 10.0.0.7:5432');
        },
        metrics: () => metrics.registry.metrics(),
      }),
    }),
  ],
  controllers: [RunsController],
})
class SmallModule {}

let app: NestFastifyApplication;
let lines: string[] = [];

async function startSmall(): Promise<NestFastifyApplication> {
  const destination = { write: (line: string) => void lines.push(line) };
  const started = await createService(SmallModule, { name: 'small', logDestination: destination });
  await started.listen(0, '127.0.0.1');
  return started;
}

const http = () => request(app.getHttpServer());
const aRun = { name: 'a', resources: { cpu: 2 } };

beforeAll(async () => {
  app = await startSmall();
});
afterAll(() => app.close());
beforeEach(() => {
  lines = [];
});

describe('a refused body', () => {
  const pointers = (body: { errors: { pointer: string; code: string }[] }) =>
    body.errors.map(({ pointer, code }) => [pointer, code]);

  it.each<[string, unknown, [string, string][]]>([
    ['an unknown field', { ...aRun, color: 'red' }, [['/color', 'unknown_field']]],
    ['a nested unknown field', { ...aRun, resources: { cpu: 1, tpu: 1 } }, [['/resources/tpu', 'unknown_field']]],
    ['a wrong type', { ...aRun, name: 7 }, [['/name', 'is_string']]],
    ['a wrong type where a range is given', { ...aRun, resources: { cpu: '2' } }, [['/resources/cpu', 'is_number']]],
    ['a value out of range', { ...aRun, resources: { cpu: 4096 } }, [['/resources/cpu', 'max']]],
    ['a missing field', { resources: { cpu: 1 } }, [['/name', 'required']]],
    ['an item of an array', { ...aRun, features: [{ name: 'a' }, { name: 1 }] }, [['/features/1/name', 'is_string']]],
    ['an item that is no object', { ...aRun, features: ['a'] }, [['/features/0', 'nested_validation']]],
    ['an object that is none', { ...aRun, resources: 'many' }, [['/resources', 'nested_validation']]],
    ['a NUL', { ...aRun, name: 'a\u0000b' }, [['/name', 'text_not_storable']]],
    ['half a surrogate pair', { ...aRun, config: { a: '\ud800' } }, [['/config/a', 'text_not_storable']]],
    ['an array', [aRun], [['', 'is_object']]],
    ['null', null, [['', 'is_object']]],
  ])('%s is 422 with a pointer', async (_what, body, expected) => {
    const answer = await http().post('/api/runs').set('content-type', 'application/json').send(JSON.stringify(body));
    expect(answer.status).toBe(422);
    expect(answer.body).toMatchObject({ code: 'input_invalid', retryable: false, status: 422 });
    expect(pointers(answer.body)).toEqual(expected);
  });

  it('names every error at once', async () => {
    const answer = await http()
      .post('/api/runs')
      .send({ name: 1, resources: { cpu: 0 }, 'a/b~c': 1 });
    expect(Object.fromEntries(pointers(answer.body))).toEqual({
      '/a~1b~0c': 'unknown_field',
      '/name': 'is_string',
      '/resources/cpu': 'min',
    });
  });

  it('refuses nesting that would exhaust the stack', async () => {
    const deep = `{"name":"a","resources":{"cpu":1},"config":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`;
    const answer = await http().post('/api/runs').set('content-type', 'application/json').send(deep);
    expect(answer.status).toBe(422);
    expect(answer.body.errors[0].code).toBe('too_deep');
  });

  it.each<[string, string, string | Buffer, number, string]>([
    ['malformed JSON', 'application/json', '{"name": ', 400, 'json_malformed'],
    ['a body of spaces', 'application/json', '  ', 400, 'json_malformed'],
    ['an empty body where one is needed', 'application/json', '', 422, 'input_invalid'],
    ['a poisoned prototype', 'application/json', '{"__proto__": {"a": 1}}', 400, 'json_key_forbidden'],
    ['one by way of its constructor', 'application/json', '{"constructor":{"prototype":1}}', 400, 'json_key_forbidden'],
    ['text', 'text/plain', 'name=a', 415, 'media_type_unsupported'],
    ['a form', 'application/x-www-form-urlencoded', 'name=a', 415, 'media_type_unsupported'],
    ['a body over the limit', 'application/json', `"${'a'.repeat(1024 * 1024)}"`, 413, 'body_too_large'],
  ])('%s', async (_what, type, body, status, code) => {
    const answer = await http().post('/api/runs').set('content-type', type).send(body);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(answer.text)).toMatchObject({ status, code, retryable: false });
  });
});

it('a body far over the limit is answered, however long it takes to send', async () => {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const body = JSON.stringify('a'.repeat(20 * 1024 * 1024));
  for (let trial = 0; trial < 20; trial += 1) {
    const headers = { 'content-type': 'application/json' };
    const answer = await fetch(`http://127.0.0.1:${port}/api/runs`, { method: 'POST', headers, body });
    expect(answer.status).toBe(413);
    expect(await answer.json()).toMatchObject({
      code: 'body_too_large',
      detail: 'The body is larger than 1048576 bytes, and no more are read.',
    });
  }
});

it.each([
  [
    'headers over the limit',
    `GET /api/runs?q=${'a'.repeat(20_000)} HTTP/1.1\r\nhost: a\r\n\r\n`,
    431,
    'headers_too_large',
  ],
  ['no HTTP', 'hello\r\n\r\n', 400, 'request_malformed'],
])('what cannot become a request is a problem: %s', async (_what, text, status, code) => {
  const { port } = app.getHttpServer().address() as AddressInfo;
  const socket = connect(port, '127.0.0.1');
  socket.write(text);
  const answer = (await socket.toArray()).join('');
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
  expect(answer).toContain('content-type: application/problem+json');
  expect(JSON.parse(answer.slice(answer.indexOf('{')))).toMatchObject({ status, code });
});

describe('a refused request', () => {
  it.each([
    ['/api/nothing', 404, 'route_not_found', undefined],
    ['/api/runs/not-an-id', 400, 'bad_request', undefined],
    ['/api/runs?limit=0', 400, 'parameter_invalid', '/limit'],
    ['/api/runs?limit=many', 400, 'parameter_invalid', '/limit'],
    ['/api/runs?limits=1', 400, 'parameter_invalid', '/limits'],
    ['/api/runs/thrown/%00', 400, 'parameter_invalid', '/name'],
    ['/api/runs/%zz', 400, 'url_malformed', undefined],
    ['/api/runs/thrown/missing', 404, 'run_not_found', undefined],
    ['/api/runs/thrown/teapot', 400, 'bad_request', undefined],
    ['/api/runs/thrown/invalid', 422, 'input_invalid', '/config/eta'],
  ])('GET %s is a problem', async (path, status, code, pointer) => {
    const answer = await http().get(path);
    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/);
    const body = JSON.parse(answer.text);
    expect((body.errors ?? []).length).toBe(pointer === undefined ? 0 : 1);
    expect(body).toMatchObject({ status, code, type: `urn:griffin:problem:${code.replaceAll('_', '-')}` });
    expect(body.errors?.[0].pointer).toBe(pointer);
  });

  it('says when to come back and how to authenticate', async () => {
    const busy = await http().get('/api/runs/thrown/busy');
    expect([busy.status, busy.headers['retry-after'], busy.body.retryable]).toEqual([409, '2', true]);
    const anonymous = await http().get('/api/runs/thrown/anonymous');
    expect([anonymous.status, anonymous.headers['www-authenticate']]).toEqual([401, 'Bearer realm="griffin"']);
  });

  it('keeps the message of a bug inside', async () => {
    const answer = await http().get('/api/runs/thrown/bug');
    expect(answer.body).toMatchObject({ status: 500, code: 'internal', retryable: true });
    expect(answer.text).not.toContain('hunter2');
    const logged = lines.find((line) => line.includes('"level":"error"'));
    expect(logged).toContain(answer.body.trace_id);
    expect(logged).not.toContain('griffin:hunter2');
  });
});

describe('an accepted request', () => {
  it('may end its path with a slash', async () => {
    await http().post('/api/runs/').send(aRun).expect(201);
    expect((await http().get('/api/runs?limit=5')).body).toEqual({ limit: 5 });
  });

  it('goes on with the caller’s trace, also after the body was read', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const answer = await http().post('/api/runs').set('traceparent', `00-${traceId}-00f067aa0ba902b7-01`).send(aRun);
    expect(answer.body.trace_id).toBe(traceId);
    expect(answer.headers['traceparent']).toMatch(new RegExp(`^00-${traceId}-(?!00f067aa0ba902b7)[0-9a-f]{16}-01$`));
    expect(JSON.parse(lines.at(-1)!)).toMatchObject({ service: 'small', trace_id: traceId, status: 201 });
  });

  it('starts a trace of its own where the caller’s is malformed', async () => {
    const answer = await http().post('/api/runs').set('traceparent', '00-zz-zz-01').send(aRun);
    expect(answer.body.trace_id).toMatch(/^[0-9a-f]{32}$/);
  });

  it('leaves no token in the log', async () => {
    const token = `grf_${'x'.repeat(43)}`;
    await http().get(`/api/runs?limit=1&token=${token}`).set('authorization', `Bearer ${token}`);
    await http().get(`/api/${token}`);
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('')).not.toContain('xxxxxx');
  });
});

describe('operation', () => {
  it('is live even when it is not ready, and says no address', async () => {
    databaseIsUp = false;
    const ready = await http().get('/health/ready');
    databaseIsUp = true;
    expect([ready.status, ready.body]).toEqual([
      503,
      { status: 'unavailable', checks: { database: 'failed', metrics: 'ok' } },
    ]);
    await http().get('/health/live').expect(200);
    await http().get('/health/ready').expect(200);
  });

  it('counts requests by route, not by path', async () => {
    await http().get('/api/runs/018f0000-0000-7000-8000-000000000000').expect(200);
    const { text } = await http().get('/metrics').expect(200);
    expect(text).toContain(
      'griffin_http_request_duration_seconds_count{method="GET",route="/api/runs/:id",status="200"}',
    );
    expect(text).not.toContain('018f0000');
  });

  it('answers held requests at once when it stops', async () => {
    const other = await startSmall();
    const held = fetch(`${await other.getUrl()}/api/runs/waiting`).then((answer) => answer.json());
    await expect.poll(() => other.getHttpAdapter().getInstance().server.listening).toBe(true);
    const stopped = new Promise((resolve) => setTimeout(resolve, 100)).then(() => other.close());
    await expect(held).resolves.toEqual({ ended: true });
    await stopped;
  }, 5_000);
});
