/** Without the members that are left out or empty: who writes `{}` says as little as who writes nothing. */
export function saying<T extends object>(parts: T | undefined): Partial<T> {
  return Object.fromEntries(Object.entries(parts ?? {}).filter(([, part]) => saysSomething(part))) as Partial<T>;
}

function saysSomething(part: unknown): boolean {
  return typeof part === 'object' && part !== null ? Object.keys(part).length > 0 : part !== undefined;
}
