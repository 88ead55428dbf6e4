import { sqlState } from '@griffin/database';
import { PermanentError } from '../permanent-error.ts';

const notNullViolation = '23502';
const checkViolation = '23514';
const dataException = '22';

/**
 * The one place that tells permanent from transient: gives the permanent error that `error` is, or undefined when
 * trying again may help. Besides a handler's own `PermanentError` that is what PostgreSQL says of the data itself: it
 * cannot be stored (SQLSTATE class 22) or breaks a rule that looks at one row only. A missing or a double row may be a
 * matter of order, a bug waits for its fix with the events unharmed: both are transient.
 */
export function asPermanent(error: unknown): PermanentError | undefined {
  if (error instanceof PermanentError) return error;
  const state = sqlState(error);
  const ofTheData = state === notNullViolation || state === checkViolation || isDataException(state);
  if (!ofTheData) return undefined;
  return new PermanentError('data_refused', `PostgreSQL refuses the data (${state}): ${messageOf(error)}`, {
    cause: error,
  });
}

const isDataException = (state: string | undefined) => state?.length === 5 && state.startsWith(dataException);

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));
