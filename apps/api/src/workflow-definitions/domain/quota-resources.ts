/** How a resource is given: by an amount, with a unit, or by a whole number. */
export type Measure = 'amount' | 'count';

const amounts = ['cpu', 'memory', 'ephemeral-storage'];
const objects = [
  'pods',
  'persistentvolumeclaims',
  'secrets',
  'configmaps',
  'services',
  'services.loadbalancers',
  'services.nodeports',
  'replicationcontrollers',
  'resourcequotas',
];

const measured = (measure: Measure, names: string[]) => names.map((name): [string, Measure] => [name, measure]);
const prefixed = (prefix: string) => amounts.map((name) => `${prefix}.${name}`);

/** What all of a namespace together can be limited in, beside what has a domain in its name. */
export const namespaceResources: ReadonlyMap<string, Measure> = new Map([
  ...measured('amount', [...amounts, ...prefixed('requests'), ...prefixed('limits'), 'requests.storage']),
  ...measured('count', objects),
]);

/** What a container can be limited in, beside extended resources: those of device plugins, as `nvidia.com/gpu`. */
export const containerResources: ReadonlyMap<string, Measure> = new Map(measured('amount', amounts));
