import { existsSync } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { endBox, removeGroups } from './box/box.ts';
import type { NetworkPlan } from './network-plan.ts';
import { removeNetwork } from './network.ts';
import { placesIn } from './places.ts';

/** Removes every trace of the cluster but its files: processes, mounts, groups, links and routes. Safe to repeat. */
export async function down(stateFolder: string): Promise<void> {
  const places = placesIn(stateFolder);
  for (const file of [places.state, places.ready, places.kubeconfig]) await rm(file, { force: true });
  await endBox(places);
  if (!existsSync(places.network)) return;
  const network = JSON.parse(await readFile(places.network, 'utf8')) as NetworkPlan;
  await removeGroups(network);
  await removeNetwork(network);
  await rm(places.network);
}
