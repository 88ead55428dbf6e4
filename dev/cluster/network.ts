import { existsSync } from 'node:fs';
import { inside, isFree, type NetworkPlan, networkPlans } from './network-plan.ts';
import { fingerprint } from './fingerprint.ts';
import { run } from './run.ts';

/** Takes the first free network for the cluster of `stateFolder`. `onTaken` is told before anything else is made. */
export async function takeNetwork(stateFolder: string, onTaken: (plan: NetworkPlan) => void): Promise<NetworkPlan> {
  const routes = JSON.parse(await run(['ip', '-json', '-4', 'route', 'show', 'table', 'all'])) as { dst: string }[];
  const destinations = routes.map(({ dst }) => dst);
  for (const plan of networkPlans(fingerprint(stateFolder))) {
    if (existsSync(`/run/netns/${plan.namespace}`) || !isFree(plan, destinations)) continue;
    // The kernel gives a name once, so two clusters that start together do not meet.
    const taken = await run(['ip', 'netns', 'add', plan.namespace]).then(
      () => true,
      () => false,
    );
    if (!taken) continue;
    onTaken(plan);
    await connect(plan);
    return plan;
  }
  throw new Error('Every network of a test cluster is taken. `ip netns` lists those of other checkouts: end some.');
}

/** Removing the namespace removes the links, and with them the route. */
export async function removeNetwork({ namespace, link }: NetworkPlan): Promise<void> {
  if (existsSync(`/sys/class/net/${link}`)) await run(['ip', 'link', 'delete', link]);
  if (existsSync(`/run/netns/${namespace}`)) await run(['ip', 'netns', 'delete', namespace]);
}

/** No default route in the namespace: whatever runs in the cluster reaches this machine and itself, and nothing else. */
async function connect({ namespace, link, hostAddress, clusterAddress, pods }: NetworkPlan): Promise<void> {
  const within = ['ip', '-n', namespace];
  await run(['ip', 'link', 'add', link, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', namespace]);
  await run(['ip', 'address', 'add', `${hostAddress}/30`, 'dev', link]);
  await run(['ip', 'link', 'set', link, 'up']);
  await run([...within, 'address', 'add', `${clusterAddress}/30`, 'dev', 'eth0']);
  for (const device of ['eth0', 'lo']) await run([...within, 'link', 'set', device, 'up']);
  // No kube-proxy: the two services that every pod uses are addresses of the namespace itself.
  for (const service of [inside.apiService, inside.dns]) {
    await run([...within, 'address', 'add', `${service}/32`, 'dev', 'lo']);
  }
  await run(['ip', 'route', 'add', pods, 'via', clusterAddress]);
}
