import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { problemAnswer, problemSchema, problemsOf } from './http/problems.ts';

/** The contract of api: every route, and the problem that each may answer with. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Griffin')
    .setDescription('From features to a registered model, on Ray, with its whole lineage.')
    .setVersion('0.1.0')
    .setLicense('Apache-2.0', 'https://www.apache.org/licenses/LICENSE-2.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: "A project's token." })
    .addBearerAuth({ type: 'http', scheme: 'bearer', description: 'The token of one attempt.' }, 'run-token')
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  return completed(document);
}

/** Swagger UI at `/api/docs`, the document itself at `/api/openapi.json`: both open to everyone. */
export function serveOpenApi(app: INestApplication): void {
  SwaggerModule.setup('api/docs', app, () => openApiDocument(app), { jsonDocumentUrl: 'api/openapi.json' });
}

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Schemas = NonNullable<NonNullable<OpenAPIObject['components']>['schemas']>;

/** The controllers that every service has know nothing of this document. */
const ofEveryService: Record<string, Partial<Operation>> = {
  '/metrics': {
    security: [{ bearer: [] }],
    responses: { 200: { description: '', content: { 'text/plain': { schema: { type: 'string' } } } } },
  },
  '/health/live': { responses: { 200: health('ok') } },
  '/health/ready': { responses: { 200: health('ok'), 503: health('unavailable') } },
};

function health(status: string) {
  const schema = {
    type: 'object',
    required: ['status'],
    properties: {
      status: { type: 'string', enum: [status] },
      checks: { type: 'object', additionalProperties: { type: 'string', enum: ['ok', 'failed'] } },
    },
  };
  return { description: '', content: { 'application/json': { schema } } };
}

function completed(document: OpenAPIObject): OpenAPIObject {
  for (const [path, { get, put, post, delete: remove }] of Object.entries(document.paths)) {
    for (const operation of [get, put, post, remove]) {
      if (!operation) continue;
      Object.assign(operation, ofEveryService[path]);
      for (const status of problemsOf(operation)) operation.responses[status] ??= problemAnswer(status);
    }
  }
  const schemas: Schemas = { ...document.components?.schemas, Problem: problemSchema as object };
  for (const name of inputsOf(document, schemas)) Object.assign(schemas[name] ?? {}, { additionalProperties: false });
  return { ...document, components: { ...document.components, schemas } };
}

/** The schemas that bodies are made of: the validation refuses what they do not name. */
function inputsOf(document: OpenAPIObject, schemas: Schemas): Set<string> {
  const bodies = Object.values(document.paths).flatMap(({ post, put }) => [post?.requestBody, put?.requestBody]);
  const names = new Set<string>();
  for (let open = namesIn(bodies); open.length > 0; open = open.flatMap((name) => namesIn(schemas[name]))) {
    open = open.filter((name) => !names.has(name));
    for (const name of open) names.add(name);
  }
  return names;
}

function namesIn(part: unknown): string[] {
  const found = (JSON.stringify(part) ?? '').matchAll(/"#\/components\/schemas\/([^"]+)"/g);
  return [...found].map(([, name = '']) => name);
}
