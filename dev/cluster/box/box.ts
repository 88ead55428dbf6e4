import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, rm, rmdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { eventually, endProcess, isAlive, startTimeOf } from '../../../libs/testing/src/index.ts';
import type { NetworkPlan } from '../network-plan.ts';
import type { Places } from '../places.ts';

const repository = resolve(import.meta.dirname, '../../..');
const script = join(import.meta.dirname, 'box.sh');

/** The process that everything in the box ends with; its pid alone may have been given to another since. */
interface Holder {
  pid: number;
  started: string;
}

/** Starts the box with everything in it, as a process of its own that outlives this one. */
export async function startBox(places: Places, { namespace }: NetworkPlan): Promise<void> {
  await mkdir(places.logs, { recursive: true });
  const log = openSync(join(places.logs, 'box.log'), 'w', 0o600);
  const enter = ['nsenter', `--net=/run/netns/${namespace}`];
  const isolate = ['unshare', '--mount', '--propagation', 'private', '--pid', '--fork', '--kill-child'];
  const shown = [...new Set([repository, resolve(process.execPath, '..'), places.root])];
  const [program = '', ...parameters] = [
    ...enter,
    ...isolate,
    script,
    places.root,
    namespace,
    process.execPath,
    ...shown,
  ];
  const child = spawn(program, parameters, {
    cwd: '/',
    detached: true,
    stdio: ['ignore', log, log],
    env: { PATH: `${process.env['PATH']}:/usr/sbin:/sbin`, NODE_EXTRA_CA_CERTS: join(places.pki, 'ca.crt') },
  });
  await once(child, 'spawn');
  child.unref();
  const pid = child.pid ?? 0;
  const holder: Holder = { pid, started: startTimeOf(pid) };
  writeFileSync(places.process, JSON.stringify(holder));
}

/** The pid, on this machine, of the box's first process; undefined when the box is not there. */
export function boxPid(places: Places): number | undefined {
  const pid = holderOf(places);
  if (pid === undefined) return undefined;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
  return children === '' ? undefined : Number(children.split(' ')[0]);
}

/** A command that runs within the box. */
export function inBox(places: Places, command: string[]): string[] {
  const pid = boxPid(places);
  if (pid === undefined) throw new Error(`There is no cluster, or it has ended: see ${join(places.logs, 'box.log')}`);
  return ['nsenter', `--target=${pid}`, '--mount', '--net', '--pid', ...command];
}

/** Ends everything in the box. Safe to repeat. */
export async function endBox(places: Places): Promise<void> {
  const first = boxPid(places);
  const pid = holderOf(places);
  if (pid !== undefined) await endProcess(pid, [{ signal: 'SIGKILL', waitMs: 20_000 }]);
  if (first !== undefined) {
    await eventually(
      () => {
        if (isAlive(first)) throw new Error(`Process ${first} of the cluster has not ended`);
      },
      { timeoutMs: 20_000 },
    );
  }
  await rm(places.process, { force: true });
}

/** Removes the groups that the cluster's pods were in. They can be removed once their last process is gone. */
export async function removeGroups({ namespace }: NetworkPlan): Promise<void> {
  const hierarchies = ['/sys/fs/cgroup', ...(await readdir('/sys/fs/cgroup')).map((name) => `/sys/fs/cgroup/${name}`)];
  for (const hierarchy of hierarchies) {
    const group = join(hierarchy, namespace);
    if (existsSync(group)) await eventually(() => removeGroup(group), { timeoutMs: 20_000, intervalMs: 100 });
  }
}

async function removeGroup(group: string): Promise<void> {
  const children = await readdir(group, { withFileTypes: true });
  for (const child of children.filter((entry) => entry.isDirectory())) await removeGroup(join(group, child.name));
  await rmdir(group);
}

function holderOf(places: Places): number | undefined {
  if (!existsSync(places.process)) return undefined;
  const { pid, started } = JSON.parse(readFileSync(places.process, 'utf8')) as Holder;
  return startTimeOf(pid) === started && isAlive(pid) ? pid : undefined;
}
