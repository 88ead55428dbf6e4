import { documented } from '../http/documented.ts';
import { parseMoment } from './moment.ts';

/** Accepts a moment with its zone. */
export const IsMoment = documented(
  {
    name: 'isMoment',
    validator: {
      validate: (value) => typeof value === 'string' && parseMoment(value) !== undefined,
      defaultMessage: () => '$property must be a moment with its zone, as 2013-11-01T04:00:00Z',
    },
  },
  { type: 'string', format: 'date-time' },
);
