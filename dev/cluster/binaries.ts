import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { goProgram } from '../../libs/testing/src/index.ts';
import { cached } from './cache.ts';
import { fingerprint, fingerprintOfFiles } from './fingerprint.ts';
import { run } from './run.ts';

const module = import.meta.dirname;
const operator = 'github.com/ray-project/kuberay/ray-operator';
const versionPackage = 'k8s.io/component-base/version';
/** It does not compile beside the Kubernetes that the others need, so it is built as a module of its own. */
const kwok = { module: 'sigs.k8s.io/kwok', version: 'v0.8.0' };
const stages = ['node/fast', 'node/heartbeat-with-lease', 'pod/fast'];
/** Would end every pod of a Job as soon as it has begun. */
const leftOut = 'pod-complete.yaml';

/** A folder with `cluster`, `pause`, `ray-operator` and, in `crds`, the kinds that KubeRay defines. */
export async function clusterBinaries(): Promise<string> {
  const inputs = ['go.mod', 'go.sum', 'main.go', 'pause'].map((name) => fingerprintOfFiles(join(module, name)));
  return cached('binaries', fingerprint(...inputs, await go(['version'])), async (unfinished) => {
    const version = await kubernetesVersion();
    const [major = '', minor = ''] = version.slice(1).split('.');
    const says = Object.entries({ gitVersion: version, gitMajor: major, gitMinor: minor, gitTreeState: 'clean' });
    const ldflags = `-s -w ${says.map(([name, value]) => `-X ${versionPackage}.${name}=${value}`).join(' ')}`;
    await mkdir(unfinished, { recursive: true });
    await go(['build', '-trimpath', '-ldflags', ldflags, '-o', `${unfinished}/`, '.', './pause', operator]);
    const source = (await go(['list', '-m', '-f', '{{.Dir}}', operator])).trim();
    await cp(join(source, 'config/crd/bases'), join(unfinished, 'crds'), { recursive: true });
  });
}

/** A folder with `kwok` and its `stages.yaml`: how a fake node and its pods come to be ready, and end. */
export async function kwokBinary(): Promise<string> {
  return cached('kwok', fingerprint(kwok.version, ...stages, leftOut, await go(['version'])), async (unfinished) => {
    await mkdir(unfinished, { recursive: true });
    const pinned = `${kwok.module}@${kwok.version}`;
    const env = { GOBIN: unfinished, GOFLAGS: '' };
    await go(['install', '-trimpath', '-ldflags', '-s -w', pinned.replace('@', '/cmd/kwok@')], env);
    const said = await go(['mod', 'download', '-json', pinned], env);
    const { Dir: source } = JSON.parse(said) as { Dir: string };
    await writeFile(join(unfinished, 'stages.yaml'), await stagesOf(source));
  });
}

async function stagesOf(source: string): Promise<string> {
  const files: string[] = [];
  for (const stage of stages) {
    const folder = join(source, 'kustomize/stage', stage);
    const list = await readFile(join(folder, 'kustomization.yaml'), 'utf8');
    for (const [, name = ''] of list.matchAll(/^- (\S+\.yaml)$/gm)) {
      if (name !== leftOut) files.push(await readFile(join(folder, name), 'utf8'));
    }
  }
  return files.join('\n---\n');
}

async function kubernetesVersion(): Promise<string> {
  const pins = await readFile(join(module, 'go.mod'), 'utf8');
  const [, version] = /^\s*k8s\.io\/kubernetes (v\S+)$/m.exec(pins) ?? [];
  if (version === undefined) throw new Error('dev/cluster/go.mod requires no k8s.io/kubernetes');
  return version;
}

/** Only what go.sum holds: a build changes neither file. */
async function go(parameters: string[], env: NodeJS.ProcessEnv = { GOFLAGS: '-mod=readonly' }): Promise<string> {
  return run([await goProgram(), ...parameters], { cwd: module, env: { ...process.env, CGO_ENABLED: '0', ...env } });
}
