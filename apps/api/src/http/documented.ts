import { applyDecorators } from '@nestjs/common';
import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { ValidateBy, type ValidateByOptions, type ValidationOptions } from 'class-validator';

type Schema = Extract<ApiPropertyOptions, { type?: unknown }> & object;

/** A validator of our own that tells the OpenAPI document, too, what it accepts. */
export const documented = (rule: ValidateByOptions, schema: Schema) => (options?: ValidationOptions) => {
  const described = options?.each ? { type: 'array', items: schema } : schema;
  return applyDecorators(ValidateBy(rule, options), ApiProperty(described as ApiPropertyOptions));
};
