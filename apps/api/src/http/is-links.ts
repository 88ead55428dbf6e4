import { documented } from './documented.ts';

const namePattern = /^[a-z][a-z0-9_]{0,62}$/;

/** Accepts links by name; only http(s), since people click on them. */
export const IsLinks = documented(
  {
    name: 'isLinks',
    validator: {
      validate: isLinks,
      defaultMessage: () => '$property must map names (a-z, 0-9, _) to http or https URLs',
    },
  },
  {
    type: 'object',
    maxProperties: 32,
    additionalProperties: { type: 'string', format: 'uri', maxLength: 2048 },
    description: 'http or https URLs by names of a-z, 0-9 and _.',
  },
);

function isLinks(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const links = Object.entries(value);
  return links.length <= 32 && links.every(([name, url]) => namePattern.test(name) && isHttpUrl(url));
}

function isHttpUrl(url: unknown): boolean {
  if (typeof url !== 'string' || url.length > 2048 || !URL.canParse(url)) return false;
  return ['http:', 'https:'].includes(new URL(url).protocol);
}
