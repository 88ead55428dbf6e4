import { readFileSync } from 'node:fs';
import { succeeds } from '../../libs/testing/src/index.ts';

/** This machine cannot run a test cluster; the message says what it lacks and what to do instead. */
export class ClusterUnavailable extends Error {
  override name = 'ClusterUnavailable';
}

const programs: Record<string, string> = {
  'apt-get': 'a Debian or a system made from it',
  dpkg: 'a Debian or a system made from it',
  perl: 'apt-get install perl',
  ip: 'apt-get install iproute2',
  openssl: 'apt-get install openssl',
  unshare: 'apt-get install util-linux',
  nsenter: 'apt-get install util-linux',
  pivot_root: 'apt-get install util-linux',
};

/** Throws ClusterUnavailable with everything that is lacking. */
export async function requireMachine(): Promise<void> {
  const lacking: string[] = [];
  if (process.getuid?.() !== 0) lacking.push('root: namespaces, mounts and containers need it');
  if (!readFileSync('/proc/filesystems', 'utf8').includes('overlay'))
    lacking.push('the overlay file system: modprobe overlay');
  for (const [program, remedy] of Object.entries(programs)) {
    if (!(await isOnPath(program))) lacking.push(`\`${program}\`: ${remedy}`);
  }
  if (lacking.length === 0) return;
  throw new ClusterUnavailable(
    [
      'A test cluster cannot be started here. This machine lacks:',
      ...lacking.map((what) => `  - ${what}`),
      'Instead the tests can use any cluster that has KubeRay: GRIFFIN_KUBECONFIG=<file>. See docs/guides/cluster.md.',
    ].join('\n'),
  );
}

const isOnPath = (program: string) => succeeds(['sh', '-c', `command -v ${program}`]);

/** The number of this system's release, to keep what was unpacked for another apart from it. */
export function systemRelease(): string {
  const release = readFileSync('/etc/os-release', 'utf8');
  return `${/^ID=(.*)$/m.exec(release)?.[1]}-${/^VERSION_ID=(.*)$/m.exec(release)?.[1]}`;
}
