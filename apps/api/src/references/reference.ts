/** What a reference names: one version, what an alias points to, or the newest version when it says neither. */
export interface Reference {
  name: string;
  version: number | null;
  alias: string | null;
}

/** The name of anything that has versions: lower-case letters, digits, inner `.`, `_` and `-`; at most 63 characters. */
export const namePattern = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/;

/** A DNS label: such a name may become part of a host or a Kubernetes object's name. */
export const dnsLabelPattern = /^[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/** An alias begins with a letter, so that no alias reads as a version. */
export const aliasPattern = /^[a-z][a-z0-9_-]{0,62}$/;

const versionPattern = /^[1-9][0-9]{0,8}$/;

/** `name@version` or `name`. */
export const versionReferencePattern = joined(namePattern, versionPattern);

/** `name@version`, `name@alias` or `name`. */
export const modelReferencePattern = joined(namePattern, versionPattern, aliasPattern);

/** Reads `name`, `name@3` or `name@champion`. Undefined when the text is none of these. */
export function parseReference(text: string): Reference | undefined {
  const [name = '', selector, ...rest] = text.split('@');
  if (rest.length > 0 || !namePattern.test(name)) return undefined;
  if (selector === undefined) return { name, version: null, alias: null };
  if (versionPattern.test(selector)) return { name, version: Number(selector), alias: null };
  return aliasPattern.test(selector) ? { name, version: null, alias: selector } : undefined;
}

/** A name and, after an `@`, perhaps one of the selectors. */
function joined(name: RegExp, ...selectors: RegExp[]): RegExp {
  const [bareName, ...bare] = [name, ...selectors].map(({ source }) => source.slice(1, -1));
  return new RegExp(`^${bareName}(?:@(?:${bare.join('|')}))?$`);
}

/** The reference that a DTO let pass, or that a definition holds. */
export const readReference = (text: string) => parseReference(text) as Reference;

/** The inverse of `parseReference`. */
export function formatReference({ name, version, alias }: Reference): string {
  const selector = version ?? alias;
  return selector === null ? name : `${name}@${selector}`;
}
