/** Without those under the platform's names: a user's would send the attempt's files and keys to a store of the user's. */
export function withoutPlatforms<T>(variables: Record<string, T>): Record<string, T> {
  return Object.fromEntries(Object.entries(variables).filter(([name]) => !name.startsWith('GRIFFIN_')));
}
