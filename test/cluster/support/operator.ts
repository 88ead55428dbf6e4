import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** The process of KubeRay's operator in the cluster of `make cluster`; undefined on another cluster. */
export function operatorProcess(kubeconfig: string): number | undefined {
  const folder = dirname(kubeconfig);
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .find((pid) => {
      const [program = ''] = commandOf(pid);
      return program.startsWith(folder) && program.endsWith('/ray-operator');
    });
}

function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
