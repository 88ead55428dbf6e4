import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cached, cacheRoot } from './cache.ts';
import { fingerprint } from './fingerprint.ts';
import { run } from './run.ts';

/** A container runtime, its network plugins, and what makes a Debian root, with Debian's keys. Unpacked, never installed. */
const packages = ['containerd', 'runc', 'containernetworking-plugins', 'mmdebstrap', 'debian-archive-keyring'];

/** The root under which the packages are unpacked, of the release that this machine runs. */
export async function debianPackages(release: string): Promise<string> {
  return cached('debian', fingerprint(release, ...packages), async (unfinished) => {
    const archives = `${unfinished}-archives`;
    await mkdir(archives, { recursive: true });
    try {
      // Lists of our own: those of the machine may be old or empty, and are not ours to renew.
      const lists = join(cacheRoot, 'apt');
      await mkdir(join(lists, 'partial'), { recursive: true });
      const apt = ['apt-get', '--quiet', '-o', `Dir::State::lists=${lists}`, '-o', 'APT::Sandbox::User=root'];
      await run([...apt, 'update']);
      await run([...apt, 'download', ...packages], { cwd: archives });
      for (const archive of await readdir(archives)) await run(['dpkg', '-x', join(archives, archive), unfinished]);
    } finally {
      await rm(archives, { recursive: true, force: true });
    }
  });
}
