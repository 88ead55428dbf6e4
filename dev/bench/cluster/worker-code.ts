/** The worker's own code as it was built: its sources name libraries as only a build resolves them. */
import { join } from 'node:path';
import { repository } from '../../stack/state-folder.ts';

const built = async (path: string): Promise<unknown> => import(join(repository, 'dist/apps/isc-worker/src', path));

type Source = typeof import('../../../apps/isc-worker/src/kubernetes/cluster-client.ts') &
  typeof import('../../../apps/isc-worker/src/kubernetes/kept-connections.ts') &
  typeof import('../../../apps/isc-worker/src/kubernetes/kubernetes-variables.ts') &
  typeof import('../../../apps/isc-worker/src/manifests/attempt-secret.ts') &
  typeof import('../../../apps/isc-worker/src/manifests/batch-job.ts') &
  typeof import('../../../apps/isc-worker/src/manifests/namespace.ts') &
  typeof import('../../../apps/isc-worker/src/manifests/owner.ts');

const modules = [
  'kubernetes/cluster-client.js',
  'kubernetes/kept-connections.js',
  'kubernetes/kubernetes-variables.js',
  'manifests/attempt-secret.js',
  'manifests/batch-job.js',
  'manifests/namespace.js',
  'manifests/owner.js',
];

export const worker = Object.assign({}, ...(await Promise.all(modules.map(built)))) as Source;
