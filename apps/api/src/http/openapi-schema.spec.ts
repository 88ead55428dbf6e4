import Type from 'typebox';
import { expect, it } from 'vitest';
import { openApiSchema } from './openapi-schema.ts';

it('says in the words of OpenAPI 3.0 what it has no JSON Schema words for', () => {
  const schema = Type.Object({
    version: Type.Literal(1),
    reason: Type.Union([Type.String({ maxLength: 9 }), Type.Null()]),
    output: Type.Union([Type.Literal('model'), Type.Literal('dataset'), Type.Null()]),
    metrics: Type.Record(Type.String(), Type.Number()),
  });
  expect(openApiSchema(schema)).toEqual({
    type: 'object',
    required: ['version', 'reason', 'output', 'metrics'],
    properties: {
      version: { type: 'number', enum: [1] },
      reason: { type: 'string', maxLength: 9, nullable: true },
      output: {
        anyOf: [
          { type: 'string', enum: ['model'] },
          { type: 'string', enum: ['dataset'] },
        ],
        nullable: true,
      },
      metrics: { type: 'object', additionalProperties: { type: 'number' } },
    },
  });
});
