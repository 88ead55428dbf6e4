/** SQLSTATEs of a connection that broke, a server that shuts down or starts, and one with no connection left. */
const away = /^(08...|57P0[1-3]|53300)$/;
/** Of the socket, where the server could not say anything. */
const unreachable = ['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND'];
/** The driver's own words for it: those errors have no code. */
const brokeOff = /^(Connection terminated|Client has encountered a connection error)/;

/** Whether an error of the PostgreSQL driver, or of TypeORM around it, says that the database is away for now. */
export function isDatabaseAway(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if ('driverError' in error) return isDatabaseAway(error.driverError);
  if (brokeOff.test(error.message)) return true;
  const code = 'code' in error ? String(error.code) : '';
  return away.test(code) || unreachable.includes(code);
}
