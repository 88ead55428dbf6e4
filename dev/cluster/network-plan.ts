/** What a cluster takes of this machine's network: a namespace, a pair of links into it, and two ranges of addresses. */
export interface NetworkPlan {
  namespace: string;
  /** This machine's end of the pair; the other is `eth0` in the namespace. */
  link: string;
  /** This machine's address as the cluster's pods reach it. */
  hostAddress: string;
  /** The cluster's: its API server listens there. */
  clusterAddress: string;
  pods: string;
}

const plans = 256;

/** The addresses that each cluster has inside of its own namespace. */
export const inside = {
  services: '10.96.0.0/16',
  apiService: '10.96.0.1',
  dns: '10.96.0.10',
  fakePods: '10.244.0.0/16',
};

export function networkPlan(number: number): NetworkPlan {
  return {
    namespace: `griffin-${number}`,
    link: `griffin${number}`,
    hostAddress: `10.201.${number}.1`,
    clusterAddress: `10.201.${number}.2`,
    pods: `10.202.${number}.0/24`,
  };
}

/** All plans, the one that belongs to `seed` first, so that a checkout's cluster mostly keeps its addresses. */
export function networkPlans(seed: string): NetworkPlan[] {
  const first = Number.parseInt(seed.slice(0, 8), 16) % plans;
  return Array.from({ length: plans }, (_, index) => networkPlan((first + index) % plans));
}

/** Whether a plan's addresses meet none of the destinations that this machine already has a way to. */
export function isFree({ clusterAddress, pods }: NetworkPlan, destinations: string[]): boolean {
  const wanted = [`${clusterAddress}/30`, pods].map(rangeOf);
  const taken = destinations.filter((destination) => /^\d/.test(destination)).map(rangeOf);
  return !wanted.some((range) => taken.some(({ first, last }) => range.first <= last && first <= range.last));
}

function rangeOf(destination: string): { first: number; last: number } {
  const [address = '', length = '32'] = destination.split('/');
  const value = address.split('.').reduce((total, part) => total * 256 + Number(part), 0);
  const size = 2 ** (32 - Number(length));
  const first = Math.floor(value / size) * size;
  return { first, last: first + size - 1 };
}
