import { describe, expect, it } from 'vitest';
import { PermanentError } from '../permanent-error.ts';
import { asPermanent } from './classify-error.ts';

const fromPostgres = (code: string) => Object.assign(new Error('refused'), { code });
const throughTypeOrm = (code: string) => Object.assign(new Error('refused'), { driverError: fromPostgres(code) });

describe('permanent', () => {
  it('is what a handler says is', () => {
    const error = new PermanentError('run_unknown', 'No such run.');
    expect(asPermanent(error)).toBe(error);
  });

  it.each(['22021', '22P02', '22003', '23502', '23514'])('is data that PostgreSQL refuses: %s', (code) => {
    const error = throughTypeOrm(code);
    expect(asPermanent(error)).toMatchObject({ code: 'data_refused', cause: error });
    expect(asPermanent(error)?.message).toContain(code);
  });
});

it.each([
  ['the database is away', fromPostgres('57P01')],
  ['the connection broke', fromPostgres('ECONNRESET')],
  ['a deadlock', throughTypeOrm('40P01')],
  ['a double row', throughTypeOrm('23505')],
  ['a missing row', throughTypeOrm('23503')],
  ['a bug', new TypeError('x is not a function')],
  ['a code that only begins alike', fromPostgres('22')],
  ['not even an error', 'boom'],
  ['nothing', undefined],
])('transient: %s', (_, error) => {
  expect(asPermanent(error)).toBeUndefined();
});
