import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type ClusterState, eventually } from '../../libs/testing/src/index.ts';
import { clusterBinaries } from './binaries.ts';
import { placeOf, taken } from './cache.ts';
import { boxPid, inBox, startBox } from './box/box.ts';
import type { Programs } from './box/programs.ts';
import { writeCertificates, writeKubeconfig } from './certificates.ts';
import { writeConfiguration } from './configuration.ts';
import { debianPackages } from './debian-packages.ts';
import { down } from './down.ts';
import { type Image, importImage } from './image/image.ts';
import { inside, type NetworkPlan } from './network-plan.ts';
import { takeNetwork } from './network.ts';
import { type Places, placesIn } from './places.ts';
import { requireMachine, systemRelease } from './requirements.ts';
import { run } from './run.ts';
import { imageOfPause, runtimeImage } from './runtime-image.ts';

const readyWithinMs = 180_000;

/** What a cluster is made of, all of it in the account's cache. */
interface Parts {
  /** The folders of the cache, to be taken while they are used. */
  entries: readonly [binaries: string, debian: string];
  image: Image;
}

/** Gets and builds what a cluster is made of, where that was not done yet, and starts nothing. */
export async function build(say: (line: string) => void): Promise<Parts> {
  await requireMachine();
  const debian = () => debianPackages(systemRelease());
  const image = await runtimeImage(debian);
  const timed = timer(say);

  const packages = timed('container runtime', debian());
  const binaries = timed('Kubernetes and KubeRay', clusterBinaries());
  // The image is made while Go compiles: the one waits for the network, the other for the cores.
  const layers = packages.then(() => timed('runtime image', Promise.all(image.layers.map((layer) => layer.file()))));
  await Promise.all([packages, binaries, layers]);
  return { entries: [await binaries, await packages], image };
}

/** Starts the cluster of a state folder, or renews the image of the one that runs. Resolves once it can run pods. */
export async function up(stateFolder: string, say: (line: string) => void): Promise<ClusterState> {
  const { entries, image } = await build(say);
  const places = placesIn(stateFolder);
  const programs = programsIn(placeOf(entries[0], places.throwaway), placeOf(entries[1], places.throwaway));
  if (await serves(places, programs)) {
    await importWhereMissing(places, programs, image);
  } else {
    await down(stateFolder);
    await timer(say)('cluster', start(stateFolder, places, programs, entries, image));
  }
  return writeState(places, image);
}

const programsIn = (binaries: string, debian: string): Programs => ({
  cluster: join(binaries, 'cluster'),
  pause: join(binaries, 'pause'),
  rayOperator: join(binaries, 'ray-operator'),
  rayKinds: join(binaries, 'crds'),
  debian,
});

/** Whether these very programs serve. */
async function serves(places: Places, programs: Programs): Promise<boolean> {
  if (boxPid(places) === undefined || !existsSync(places.ready)) return false;
  return (await readFile(places.programs, 'utf8').catch(() => '')) === JSON.stringify(programs);
}

async function start(
  stateFolder: string,
  places: Places,
  programs: Programs,
  entries: Parts['entries'],
  image: Image,
): Promise<void> {
  await mkdir(places.root, { recursive: true });
  await Promise.all(
    [places.throwaway, places.configuration, places.logs].map((path) => rm(path, { recursive: true, force: true })),
  );
  for (const entry of entries) await taken(entry, places.throwaway);
  try {
    const network = await takeNetwork(stateFolder, (plan) => writeFileSync(places.network, JSON.stringify(plan)));
    await writeCertificates(places.pki, ['127.0.0.1', network.clusterAddress, inside.apiService]);
    await writeKubeconfig(places.kubeconfig, places.pki, network.clusterAddress);
    await writeConfiguration(places, network, programs.debian);
    await writeFile(places.programs, JSON.stringify(programs));
    await startBox(places, network);
    await importWhereMissing(places, programs, imageOfPause(programs.pause));
    await importWhereMissing(places, programs, image);
    await forgetOthers(places, programs, image);
    await untilReady(places);
  } catch (error) {
    const log = await readFile(join(places.logs, 'box.log'), 'utf8').catch(() => '');
    await down(stateFolder);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}. It said:\n${log}See also ${places.logs}.`, { cause: error });
  }
}

async function untilReady(places: Places): Promise<void> {
  const deadline = Date.now() + readyWithinMs;
  while (!existsSync(places.ready)) {
    if (boxPid(places) === undefined) throw new Error('The cluster ended at its start');
    if (Date.now() > deadline) throw new Error(`The cluster was not ready within ${readyWithinMs / 1_000} s`);
    await delay(100);
  }
}

async function importWhereMissing(places: Places, programs: Programs, image: Image): Promise<void> {
  const present = await eventually(() => imagesOf(places, programs), { timeoutMs: 30_000, intervalMs: 200 });
  if (present.includes(image.name)) return;
  const blobs = new Set(await list(ctr(places, programs, 'content', 'list', '--quiet')));
  const command = ctr(places, programs, 'images', 'import', '-');
  await importImage(image, { command, has: (digest) => blobs.has(digest) });
}

/** Images of an older content. Not while a cluster serves: somebody may still start pods of one. */
async function forgetOthers(places: Places, programs: Programs, image: Image): Promise<void> {
  const repository = `${image.name.split(':')[0]}:`;
  const others = (await imagesOf(places, programs)).filter(
    (name) => name.startsWith(repository) && name !== image.name,
  );
  if (others.length > 0) await run(ctr(places, programs, 'images', 'remove', '--sync', ...others));
}

const imagesOf = (places: Places, programs: Programs) => list(ctr(places, programs, 'images', 'list', '--quiet'));

async function list(command: string[]): Promise<string[]> {
  return (await run(command)).trim().split('\n');
}

function ctr(places: Places, programs: Programs, ...parameters: string[]): string[] {
  return inBox(places, [join(programs.debian, 'usr/bin/ctr'), '--namespace', 'k8s.io', ...parameters]);
}

async function writeState(places: Places, image: Image): Promise<ClusterState> {
  const network = JSON.parse(await readFile(places.network, 'utf8')) as NetworkPlan;
  const { kubeconfig } = places;
  const state = { kubeconfig, hostAddress: network.hostAddress, runtimeImage: image.name, network };
  await writeFile(places.state, JSON.stringify(state, null, 2));
  return state;
}

/** Says what takes more than a moment, when it starts and when it is done. */
function timer(say: (line: string) => void) {
  return async <T>(what: string, work: Promise<T>): Promise<T> => {
    const begun = performance.now();
    const announce = setTimeout(() => say(`  … ${what}`), 2_000);
    try {
      const result = await work;
      const seconds = Math.round((performance.now() - begun) / 1_000);
      if (seconds > 0) say(`  ✓ ${what} (${seconds} s)`);
      return result;
    } finally {
      clearTimeout(announce);
    }
  };
}
