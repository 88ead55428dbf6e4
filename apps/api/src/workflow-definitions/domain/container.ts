import type { FieldError } from '@griffin/platform';

/** The user's own image that runs of a definition are, and what it is to run: argument vectors, which no shell reads. */
export interface Container {
  image: string;
  /** In the place of the image's own entrypoint. */
  command?: string[];
  /** In the place of the image's own arguments. */
  args?: string[];
}

const host = String.raw`[A-Za-z0-9](?:[A-Za-z0-9.-]{0,251}[A-Za-z0-9])?(?::[0-9]{1,5})?`;
const part = '[a-z0-9]+(?:(?:[.]|__?|-+)[a-z0-9]+)*';
const tag = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}';

export const imagePattern = new RegExp(`^(?:${host}/)?${part}(?:/${part})*(?::${tag})?(?:@sha256:[0-9a-f]{64})?$`);
export const imageRule =
  'an image: perhaps a registry and /, a lower-case name, and :tag, @sha256:digest or both, as `registry.example/team/clean@sha256:…`';
export const maxImageLength = 512;

/** A runtime that has an image runs that one; the one that has none runs what the definition names. */
export function containerFaults(runtime: { name: string; image: string | null }, container?: Container): FieldError[] {
  if (runtime.image === null && !container) {
    const message = `is required: the runtime '${runtime.name}' has no image of its own. Give \`{ "image": … }\``;
    return [{ pointer: '/container', code: 'required', message }];
  }
  if (runtime.image === null || !container) return [];
  const message = `must be left out: the runtime '${runtime.name}' has an image. For one of your own take the kind 'custom' and the runtime 'container'`;
  return [{ pointer: '/container', code: 'container_unsuited', message }];
}
