/** Starts every program of the cluster within its box, and again when one dies. Usage: main.ts <cluster folder> */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { ManagedProcess, type ProcessDefinition } from '../../stack/managed-process.ts';
import { placesIn } from '../places.ts';
import { apiServer, clusterPrograms, nodeName, type Programs } from './programs.ts';
import type { NetworkPlan } from '../network-plan.ts';

const places = placesIn(dirname(process.argv[2] ?? ''));
const programs = JSON.parse(readFileSync(places.programs, 'utf8')) as Programs;
const network = JSON.parse(readFileSync(places.network, 'utf8')) as NetworkPlan;
const token = readFileSync(join(places.pki, 'token'), 'utf8');
const deadlineMs = 120_000;

async function start(definition: ProcessDefinition): Promise<void> {
  const managed = new ManagedProcess(definition, (name, exit) =>
    console.log(`${name} ended (${exit}) and is started again`),
  );
  managed.start();
  await managed.ready(deadlineMs);
  console.log(`${definition.name} is ready (${Math.round(process.uptime() * 10) / 10} s)`);
}

async function ask(path: string, init: RequestInit = {}): Promise<unknown> {
  const headers = { Authorization: `Bearer ${token}`, ...init.headers };
  const response = await fetch(`${apiServer}${path}`, { ...init, headers });
  if (!response.ok && response.status !== 409) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  return response.json();
}

async function defineRayKinds(): Promise<void> {
  const headers = { 'Content-Type': 'application/yaml' };
  for (const kind of ['rayclusters', 'rayjobs', 'rayservices', 'raycronjobs']) {
    const body = readFileSync(join(programs.rayKinds, `ray.io_${kind}.yaml`));
    await ask('/apis/apiextensions.k8s.io/v1/customresourcedefinitions', { method: 'POST', headers, body });
  }
}

async function nodeIsReady(): Promise<void> {
  const deadline = Date.now() + deadlineMs;
  for (;;) {
    const node = (await ask(`/api/v1/nodes/${nodeName}`).catch(() => ({}))) as {
      status?: { conditions?: { type: string; status: string }[] };
    };
    if (node.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True')) return;
    if (Date.now() > deadline) throw new Error(`The node is not ready. See ${places.logs}/kubelet.log`);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

mkdirSync(places.logs, { recursive: true });
const run = clusterPrograms(programs, places, network);
const containers = start(run.containerd);
await start(run.etcd);
await start(run.apiServer);
const rest = [
  start(run.controllers),
  start(run.scheduler),
  start(run.dns),
  defineRayKinds().then(() => start(run.rayOperator)),
  containers.then(() => start(run.kubelet)).then(nodeIsReady),
];
await Promise.all(rest);
writeFileSync(places.ready, '');
console.log(`all are ready (${Math.round(process.uptime() * 10) / 10} s)`);
