import { matching } from '../http/matching.ts';
import {
  aliasPattern,
  dnsLabelPattern,
  modelReferencePattern,
  namePattern,
  versionReferencePattern,
} from './reference.ts';

/** Accepts `name@version` or `name`. */
export const IsVersionReference = matching(
  'isVersionReference',
  versionReferencePattern,
  'a reference as name@version or name',
);

/** Accepts `name@version`, `name@alias` or `name`. */
export const IsModelReference = matching(
  'isModelReference',
  modelReferencePattern,
  'a reference as name@version, name@alias or name',
);

/** Accepts the name of something that has versions. */
export const IsName = matching(
  'isName',
  namePattern,
  'lower-case letters, digits and inner . _ -, at most 63 characters',
);

/** Accepts a DNS label. */
export const IsDnsLabel = matching(
  'isDnsLabel',
  dnsLabelPattern,
  'a DNS label: a lower-case letter, then lower-case letters, digits and inner -, at most 63 characters',
);

/** What an alias is, for whoever gave something else. */
export const aliasRule =
  'an alias: a lower-case letter, then lower-case letters, digits, _ and -, at most 63 characters';

/** Accepts an alias of a model version. */
export const IsAlias = matching('isAlias', aliasPattern, aliasRule);
