import { cp, mkdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cached, cacheRoot } from '../cache.ts';
import { fingerprint, fingerprintOfFiles } from '../fingerprint.ts';
import { run } from '../run.ts';
import type { Dockerfile, Step } from './dockerfile.ts';

const inRoot = join(import.meta.dirname, 'in-root.sh');
/** What of this machine a RUN may see: how it gets to the package registries. */
const handedOn = /^(https?_proxy|no_proxy|PIP_INDEX_URL|PIP_EXTRA_INDEX_URL|UV_DEFAULT_INDEX|UV_INDEX|SSL_CERT_FILE)$/i;
/** What Docker's slim images leave out, too. */
const slim = ['doc', 'info', 'locale', 'man'].map((folder) => `--dpkgopt=path-exclude=/usr/share/${folder}/*`);

export interface Layer {
  /** Changes with whatever it is made from. */
  key: string;
  /** The tar file of the layer; made when it is not in the cache. */
  file(): Promise<string>;
}

/** Everything up to the last RUN, which takes minutes, and what is copied after it, which changes often. */
export function layersOf({ base, steps }: Dockerfile, context: string, debian: () => Promise<string>): Layer[] {
  const last = steps.findLastIndex(({ kind }) => kind === 'run') + 1;
  const root = keyOf([base], steps.slice(0, last), context);
  const copies = keyOf([], steps.slice(last), context);
  return [
    {
      key: root,
      file: () =>
        asTar(root, async (folder) => {
          await debianRoot(base, folder, await debian());
          for (const step of steps.slice(0, last)) await take(step, folder, context);
          // mmdebstrap copies them from this machine.
          for (const name of ['hostname', 'resolv.conf']) await rm(join(folder, 'etc', name), { force: true });
        }),
    },
    {
      key: copies,
      file: () =>
        asTar(copies, async (folder) => {
          for (const step of steps.slice(last)) await take(step, folder, context);
        }),
    },
  ];
}

/** Of what the steps say and of the files that they copy. */
function keyOf(parts: string[], steps: Step[], context: string): string {
  const copied = steps.flatMap((step) => (step.kind === 'copy' ? step.sources : []));
  return fingerprint(...parts, JSON.stringify(steps), ...copied.map((path) => fingerprintOfFiles(join(context, path))));
}

async function asTar(key: string, fill: (folder: string) => Promise<void>): Promise<string> {
  return cached('layers', `${key}.tar`, async (unfinished) => {
    const folder = `${unfinished}-root`;
    await mkdir(folder, { recursive: true });
    try {
      await fill(folder);
      const without = ['dev', 'proc', 'sys', 'run', 'tmp'].map((name) => `--exclude=./${name}/*`);
      await run(['tar', '--sort=name', '--numeric-owner', ...without, '-C', folder, '-cf', unfinished, '.']);
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
}

/** `debian:<release>-slim` as Debian's own tool makes it, which lies in the root `debian`. */
async function debianRoot(base: string, folder: string, debian: string): Promise<void> {
  const [, release] = /^debian:(\w+)-slim$/.exec(base) ?? [];
  if (release === undefined) throw new Error(`An image on ${base} cannot be made here: only debian:<release>-slim`);
  const options = [
    '--quiet',
    '--mode=root',
    '--variant=minbase',
    `--keyring=${debian}/usr/share/keyrings/debian-archive-keyring.gpg`,
    ...slim,
  ];
  // It calls a helper that lies beside it.
  const env = { ...process.env, PATH: `${debian}/usr/bin:${process.env['PATH']}` };
  await run(['mmdebstrap', ...options, release, folder], { env });
}

async function take(step: Step, root: string, context: string): Promise<void> {
  if (step.kind === 'copy') return copy(step.sources, step.target, root, context);
  const caches = step.caches.map((target) => `${join(cacheRoot, 'mounts', fingerprint(target))}:${target}`);
  const handed = Object.entries(process.env).filter(([name]) => handedOn.test(name));
  const isolated = ['unshare', '--mount', '--pid', '--fork', '--kill-child'];
  await run([...isolated, inRoot, root, step.workingDir, step.command, ...caches], {
    env: { ...Object.fromEntries(handed), ...step.env, HOME: '/root', DEBIAN_FRONTEND: 'noninteractive' },
  });
}

/** As COPY does it: the content of a folder, but a file with its name where the target ends in a slash. */
async function copy(sources: string[], target: string, root: string, context: string): Promise<void> {
  for (const source of sources) {
    const from = join(context, source);
    const isFolder = (await stat(from)).isDirectory();
    const to = join(root, target, !isFolder && target.endsWith('/') ? basename(source) : '');
    await mkdir(dirname(to), { recursive: true });
    await cp(from, to, { recursive: true, filter: (path) => basename(path) !== '__pycache__' });
  }
  await run(['chown', '-R', '--no-dereference', '0:0', join(root, target)]);
}
