/** The schema of a query parameter that is one of `values` or several of them, with commas. */
export function commaSeparated(values: readonly string[]) {
  const one = `(?:${values.map((value) => value.replaceAll('.', '\\.')).join('|')})`;
  return { type: String, pattern: `^${one}(?:,${one})*$` };
}
