import type { ResolvedRunSpec, SecretReference } from '@griffin/contracts';
import type { V1Secret } from '@kubernetes/client-node';
import { projectsAnnotation } from '../manifests/names.ts';

/** The kernel takes no longer variable, and the others need room too. */
const maxBytes = 64 * 1024;

type Project = Pick<ResolvedRunSpec, 'project_id' | 'project_name'>;

/** What a reference came to: a value in base64, or why there is none and what to do about it. */
export type SecretValue = { value: string } | { fault: string };

/** The value that `reference` names, from the secret of that name; undefined: there is no such secret. */
export function secretValue(
  reference: SecretReference,
  source: V1Secret | undefined,
  project: Project,
  namespace: string,
): SecretValue {
  const named = `'${reference.secret}' for the variable ${reference.env}`;
  if (!source) {
    const create = `Create it with the key '${reference.key}' and the annotation ${projectsAnnotation}`;
    return {
      fault: `There is no secret ${named} in the namespace '${namespace}'. ${create}, or correct the definition.`,
    };
  }
  if (!isAllowed(source, project)) {
    const who =
      project.project_name === undefined ? project.project_id : `${project.project_name} (${project.project_id})`;
    const allow = `Its owner allows it by the annotation ${projectsAnnotation}: names or ids with commas between them, or *.`;
    return { fault: `The secret ${named} is not allowed to the project ${who}. ${allow}` };
  }
  return valueOf(reference, named, source.data ?? {});
}

/** Whether the secret's owner lets the project have it. Who says nothing allows nobody. */
function isAllowed({ metadata }: V1Secret, { project_id, project_name }: Project): boolean {
  const allowed = (metadata?.annotations?.[projectsAnnotation] ?? '').split(',').map((one) => one.trim());
  return ['*', project_id, ...(project_name ? [project_name] : [])].some((one) => allowed.includes(one));
}

function valueOf({ key }: SecretReference, named: string, data: Record<string, string>): SecretValue {
  const value = Object.hasOwn(data, key) ? data[key] : undefined;
  if (value === undefined) {
    const has = Object.keys(data).toSorted().join(', ') || 'none';
    return { fault: `The secret ${named} has no key '${key}'. Its keys: ${has}.` };
  }
  if (isVariable(Buffer.from(value, 'base64'))) return { value };
  return {
    fault: `The key '${key}' of the secret ${named} is no text of at most ${maxBytes / 1024} KiB, as variables are.`,
  };
}

function isVariable(bytes: Buffer): boolean {
  if (bytes.length > maxBytes || bytes.includes(0)) return false;
  return Buffer.from(bytes.toString()).equals(bytes);
}
