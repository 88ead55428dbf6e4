/** How Kubernetes writes what a definition says to it. Where it is laxer than this, nobody writes so. */

const segment = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?';
const subdomain = String.raw`${segment}(?:\.${segment})*`;
const name = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,61}[A-Za-z0-9])?';

/** Of DNS subdomains, and of the names that begin with one. */
export const maxNameLength = 253;

/** The name of an object that is of no namespace. */
export const dnsSubdomainPattern = new RegExp(`^${subdomain}$`);
export const dnsSubdomainRule =
  'a DNS subdomain: lower-case letters, digits, and inner - and ., at most 253 characters, as `training-high`';

/** Of a label or a taint, and of a resource. */
export const qualifiedNamePattern = new RegExp(`^(?:${subdomain}/)?${name}$`);
export const labelKeyRule =
  'a label key: letters, digits, and inner - _ and ., at most 63 of them, with or without a DNS subdomain and / before them, as `example.com/pool`';

export const labelValuePattern = new RegExp(`^(?:${name})?$`);
export const labelValueRule =
  'the value of a label: a text, empty or of letters, digits, and inner - _ and ., at most 63 characters';

/** Of a key in a Secret: `.`, and what begins with `..`, are none. */
export const secretKeyPattern = /^(?!\.$|\.\.)[A-Za-z0-9._-]+$/;
export const secretKeyRule =
  'a key of a Secret: letters, digits, -, _ and ., at most 253 characters, as `token` or `tls.key`';

/** Of a resource: never negative. */
export const quantityPattern = /^[0-9]{1,15}(?:\.[0-9]{1,9})?(?:[KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?$/;
export const quantityRule = 'a quantity: a text of digits and perhaps a unit, as `500m`, `64Gi` or `100`';

/** Of what is counted. */
export const countPattern = /^[0-9]{1,15}$/;
export const countRule = 'a whole number without a unit, as a text: `8`';
