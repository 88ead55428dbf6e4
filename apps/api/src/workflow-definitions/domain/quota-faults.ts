import type { Quota } from '@griffin/contracts';
import { jsonPointer, type FieldError } from '@griffin/platform';
import {
  countPattern,
  countRule,
  maxNameLength,
  qualifiedNamePattern,
  quantityPattern,
  quantityRule,
} from './kubernetes-syntax.ts';
import { containerResources, namespaceResources, type Measure } from './quota-resources.ts';

export const maxResources = 64;

/** How a resource of this name is measured, or why there is no such resource. */
type Knowledge = (name: string) => Measure | { unknown: string };

/** What Kubernetes would not take, or take and never apply. */
export function quotaFaults({ hard = {}, container_max = {} }: Quota): FieldError[] {
  return [...faultsOf('hard', hard, ofNamespace), ...faultsOf('container_max', container_max, ofContainer)];
}

function faultsOf(field: keyof Quota, quantities: Record<string, unknown>, measureOf: Knowledge): FieldError[] {
  const resources = Object.entries(quantities);
  if (resources.length > maxResources) {
    const message = `must hold at most ${maxResources} resources`;
    return [{ pointer: `/quota/${field}`, code: 'max_properties', message }];
  }
  return resources.flatMap(([name, quantity]) => {
    const pointer = jsonPointer(['quota', field, name]);
    const isName = name.length <= maxNameLength && qualifiedNamePattern.test(name);
    const measure = isName
      ? measureOf(name)
      : { unknown: 'is not how a resource is named: `memory`, `nvidia.com/gpu`' };
    if (typeof measure === 'object') return [{ pointer, code: 'resource_name_invalid', message: measure.unknown }];
    return quantityFaults(pointer, quantity, measure);
  });
}

function quantityFaults(pointer: string, quantity: unknown, measure: Measure): FieldError[] {
  if (typeof quantity !== 'string' || !quantityPattern.test(quantity)) {
    const rule = measure === 'count' ? countRule : quantityRule;
    return [{ pointer, code: 'is_quantity', message: `must be ${rule}` }];
  }
  const isSound = measure === 'amount' || countPattern.test(quantity);
  return isSound ? [] : [{ pointer, code: 'quantity_not_whole', message: `must be ${countRule}` }];
}

function ofNamespace(name: string): Measure | { unknown: string } {
  const known = namespaceResources.get(name) ?? (isHugePages(name.replace(/^requests\./, '')) ? 'amount' : undefined);
  if (known) return known;
  if (!name.includes('/')) {
    return { unknown: `is no resource of a namespace: give one of ${[...namespaceResources.keys()].join(', ')}` };
  }
  if (name.startsWith('count/')) return 'count';
  if (name.startsWith('requests.') || name.includes('.k8s.io/')) return 'amount';
  return {
    unknown: `would not be applied: Kubernetes limits it as \`requests.${name}\`, and objects as \`count/...\``,
  };
}

function ofContainer(name: string): Measure | { unknown: string } {
  const known = containerResources.get(name) ?? (isHugePages(name) ? 'amount' : undefined);
  if (known) return known;
  if (isExtended(name)) return 'count';
  const names = [...containerResources.keys()].join(', ');
  return { unknown: `is no resource of a container: give one of ${names}, or one as \`nvidia.com/gpu\`` };
}

const isHugePages = (name: string) => /^hugepages-[0-9]+[KMG]i$/.test(name);

/** Those of device plugins. Kubernetes keeps `requests.` and its own domain for itself. */
const isExtended = (name: string) =>
  name.includes('/') && !name.includes('kubernetes.io/') && !name.startsWith('requests.');
