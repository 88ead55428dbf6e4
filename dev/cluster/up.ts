import { existsSync, writeFileSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type ClusterState, eventually } from '../../libs/testing/src/index.ts';
import { clusterBinaries } from './binaries.ts';
import { boxPid, inBox, startBox } from './box/box.ts';
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

/** Starts the cluster of a state folder, or renews the image of the one that runs. Resolves once it can run pods. */
export async function up(stateFolder: string, say: (line: string) => void): Promise<ClusterState> {
  await requireMachine();
  const places = placesIn(stateFolder);
  const debian = () => debianPackages(systemRelease());
  const image = await runtimeImage(debian);
  const timed = timer(say);

  const packages = timed('container runtime', debian());
  const binaries = timed('Kubernetes and KubeRay', clusterBinaries());
  // The image is made while Go compiles: the one waits for the network, the other for the cores.
  const layers = packages.then(() => timed('runtime image', Promise.all(image.layers.map((layer) => layer.file()))));
  await Promise.all([packages, binaries, layers]);

  if (boxPid(places) === undefined || !existsSync(places.ready)) {
    await down(stateFolder);
    await timed('cluster', start(stateFolder, places, await binaries, await packages, image));
  } else {
    await importWhereMissing(places, await packages, image);
  }
  return writeState(places, image);
}

async function start(
  stateFolder: string,
  places: Places,
  binaries: string,
  debian: string,
  image: Image,
): Promise<void> {
  await mkdir(places.root, { recursive: true });
  await Promise.all(
    [places.throwaway, places.configuration, places.logs].map((path) => rm(path, { recursive: true, force: true })),
  );
  try {
    const network = await takeNetwork(stateFolder, (plan) => writeFileSync(places.network, JSON.stringify(plan)));
    await writeCertificates(places.pki, ['127.0.0.1', network.clusterAddress, inside.apiService]);
    await writeKubeconfig(places.kubeconfig, places.pki, network.clusterAddress);
    await writeConfiguration(places, network, debian);
    const programs = {
      cluster: join(binaries, 'cluster'),
      rayOperator: join(binaries, 'ray-operator'),
      crds: join(binaries, 'crds'),
      debian,
    };
    await writeFile(join(places.configuration, 'programs.json'), JSON.stringify(programs));
    await startBox(places, network);
    await importWhereMissing(places, debian, imageOfPause(binaries));
    await importWhereMissing(places, debian, image);
    await forgetOthers(places, debian, image);
    await eventually(() => {
      if (boxPid(places) === undefined || !existsSync(places.ready)) throw new Error('The cluster is not ready');
    }, { timeoutMs: readyWithinMs, intervalMs: 100 }); // prettier-ignore
  } catch (error) {
    const log = await readFile(join(places.logs, 'box.log'), 'utf8').catch(() => '');
    await down(stateFolder);
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason}. It said:\n${log}See also ${places.logs}.`, { cause: error });
  }
}

async function importWhereMissing(places: Places, debian: string, image: Image): Promise<void> {
  const present = await eventually(() => imagesOf(places, debian), { timeoutMs: 30_000, intervalMs: 200 });
  if (!present.includes(image.name)) await importImage(image, ctr(places, debian, 'import', '-'));
}

/** Images of an older content. Not while a cluster serves: somebody may still start pods of one. */
async function forgetOthers(places: Places, debian: string, image: Image): Promise<void> {
  const repository = `${image.name.split(':')[0]}:`;
  const others = (await imagesOf(places, debian)).filter((name) => name.startsWith(repository) && name !== image.name);
  if (others.length > 0) await run(ctr(places, debian, 'remove', ...others));
}

async function imagesOf(places: Places, debian: string): Promise<string[]> {
  return (await run(ctr(places, debian, 'list', '--quiet'))).split('\n');
}

function ctr(places: Places, debian: string, ...parameters: string[]): string[] {
  return inBox(places, [join(debian, 'usr/bin/ctr'), '--namespace', 'k8s.io', 'images', ...parameters]);
}

async function writeState(places: Places, image: Image): Promise<ClusterState> {
  const { hostAddress, namespace } = JSON.parse(await readFile(places.network, 'utf8')) as NetworkPlan;
  const state = { kubeconfig: places.kubeconfig, hostAddress, runtimeImage: image.name, networkNamespace: namespace };
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
