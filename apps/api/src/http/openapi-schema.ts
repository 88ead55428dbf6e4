import type { ApiBodyOptions } from '@nestjs/swagger';
import type { TSchema } from 'typebox';

type OpenApiSchema = NonNullable<Extract<ApiBodyOptions, { schema: unknown }>['schema']>;

/** A JSON Schema of `libs/contracts` in the dialect of OpenAPI 3.0, which knows neither `const`, `null` nor patterns of names. */
export function openApiSchema(schema: TSchema): OpenApiSchema {
  return translated(schema) as OpenApiSchema;
}

function translated(part: unknown): unknown {
  if (Array.isArray(part)) return part.map(translated);
  if (typeof part !== 'object' || part === null) return part;
  const { const: only, patternProperties, anyOf, ...rest } = part as Record<string, unknown>;
  return {
    ...Object.fromEntries(Object.entries(rest).map(([name, value]) => [name, translated(value)])),
    ...(only !== undefined && { enum: [only] }),
    ...(patternProperties !== undefined && {
      additionalProperties: translated(Object.values(patternProperties as object)[0]),
    }),
    ...(Array.isArray(anyOf) && alternatives(anyOf)),
  };
}

function alternatives(schemas: { type?: unknown }[]): object {
  const others = schemas.filter(({ type }) => type !== 'null').map(translated) as object[];
  const nullable = others.length < schemas.length && { nullable: true };
  return others.length === 1 ? { ...others[0], ...nullable } : { anyOf: others, ...nullable };
}
