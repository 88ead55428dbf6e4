import { ValidateBy, type ValidationOptions } from 'class-validator';
import { parseMoment } from './moment.ts';

/** Accepts a moment with its zone. */
export const IsMoment = (options?: ValidationOptions) =>
  ValidateBy(
    {
      name: 'isMoment',
      validator: {
        validate: (value) => typeof value === 'string' && parseMoment(value) !== undefined,
        defaultMessage: () => '$property must be a moment with its zone, as 2013-11-01T04:00:00Z',
      },
    },
    options,
  );
