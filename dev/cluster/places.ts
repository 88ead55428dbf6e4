import { join } from 'node:path';

/** Where a cluster keeps its own, under the folder that it has in the state folder. */
export interface Places {
  root: string;
  /** What tests read: see libs/testing. There while the cluster serves. */
  state: string;
  kubeconfig: string;
  pki: string;
  logs: string;
  /** The kubelet's configuration and the like. */
  configuration: string;
  /** Which programs, of those in the cache, the cluster runs. */
  programs: string;
  /** The namespace and addresses that the cluster took: there as long as they are. */
  network: string;
  /** Of the process whose end is the end of everything in the cluster. */
  process: string;
  /** Written when all serves. */
  ready: string;
  /** Images outlive the cluster; everything else here begins anew with it. */
  containerd: string;
  throwaway: string;
}

export function placesIn(stateFolder: string): Places {
  const root = join(stateFolder, 'cluster');
  return {
    root,
    state: join(root, 'cluster.json'),
    kubeconfig: join(root, 'kubeconfig'),
    pki: join(root, 'pki'),
    logs: join(root, 'logs'),
    configuration: join(root, 'configuration'),
    programs: join(root, 'programs.json'),
    network: join(root, 'network.json'),
    process: join(root, 'process.json'),
    ready: join(root, 'ready'),
    containerd: join(root, 'containerd'),
    throwaway: join(root, 'throwaway'),
  };
}
