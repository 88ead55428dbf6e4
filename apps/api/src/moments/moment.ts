const pattern =
  /^(?<year>\d{4})-(?<month>\d\d)-(?<day>\d\d)T([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,9})?)?(Z|[+-]([01]\d|2[0-3]):[0-5]\d)$/;

/**
 * Reads a moment (RFC 3339; the seconds may be left out), cut to the millisecond. Undefined for a text without a zone,
 * which would mean something else on each machine, and for a day that its month does not have.
 */
export function parseMoment(text: string): Date | undefined {
  const { year, month, day } = pattern.exec(text)?.groups ?? {};
  if (!isDay(Number(year), Number(month), Number(day))) return undefined;
  return new Date(text);
}

/** Whether the text says more than `parseMoment` keeps of it. */
export function isFinerThanMillisecond(text: string): boolean {
  return /\.\d{3}\d*[1-9]/.test(text);
}

/** JavaScript takes February 30 for March 2. */
function isDay(year: number, month: number, day: number): boolean {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
