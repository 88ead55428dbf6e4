import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inside, type NetworkPlan } from './network-plan.ts';
import type { Places } from './places.ts';

export const pauseImage = 'griffin.local/pause:1';
const domain = 'cluster.local';

/** Writes what the cluster's programs read as files. */
export async function writeConfiguration(places: Places, network: NetworkPlan, debian: string): Promise<void> {
  await mkdir(join(places.configuration, 'cni'), { recursive: true });
  const files = {
    Corefile: corefile(places.kubeconfig),
    'containerd.toml': containerd(debian, join(places.configuration, 'cni')),
    'cni/pods.conflist': JSON.stringify(podNetwork(network), null, 2),
    'kubelet.json': JSON.stringify(kubelet(places, network), null, 2),
    // The operator finds a Ray cluster's head by the name of its service, as it does in production.
    'resolv.conf': `nameserver ${inside.dns}\nsearch svc.${domain} ${domain}\noptions ndots:5\n`,
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(places.configuration, name), content);
}

function corefile(kubeconfig: string): string {
  return `.:53 {
  bind ${inside.dns}
  errors
  ready 127.0.0.1:8181
  kubernetes ${domain} {
    kubeconfig ${kubeconfig}
    ttl 1
  }
}
`;
}

function containerd(debian: string, networks: string): string {
  return `version = 2
[metrics]
  address = "127.0.0.1:1338"
[plugins."io.containerd.grpc.v1.cri"]
  sandbox_image = "${pauseImage}"
  disable_apparmor = true
  # Not every root may make a process less likely to be killed; runc would fail on it.
  restrict_oom_score_adj = true
  [plugins."io.containerd.grpc.v1.cri".cni]
    bin_dir = "${debian}/usr/lib/cni"
    conf_dir = "${networks}"
  [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
    runtime_type = "io.containerd.runc.v2"
    [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
      BinaryName = "${debian}/usr/sbin/runc"
      SystemdCgroup = false
`;
}

/** Pods on a bridge, by their own addresses: this machine has a route to them, so nothing is translated. */
function podNetwork({ pods }: NetworkPlan): object {
  const addresses = { type: 'host-local', ranges: [[{ subnet: pods }]], routes: [{ dst: '0.0.0.0/0' }] };
  const bridge = { type: 'bridge', bridge: 'pods', isGateway: true, ipMasq: false, hairpinMode: true, ipam: addresses };
  return { cniVersion: '0.4.0', name: 'pods', plugins: [bridge] };
}

function kubelet({ pki }: Places, { namespace }: NetworkPlan): object {
  return {
    apiVersion: 'kubelet.config.k8s.io/v1beta1',
    kind: 'KubeletConfiguration',
    authentication: {
      anonymous: { enabled: false },
      webhook: { enabled: true },
      x509: { clientCAFile: join(pki, 'ca.crt') },
    },
    authorization: { mode: 'Webhook' },
    containerRuntimeEndpoint: 'unix:///run/containerd/containerd.sock',
    cgroupDriver: 'cgroupfs',
    cgroupRoot: `/${namespace}`,
    failCgroupV1: false,
    failSwapOn: false,
    clusterDNS: [inside.dns],
    clusterDomain: domain,
    resolvConf: '',
    volumePluginDir: '/var/lib/kubelet/volume-plugins',
    maxPods: 200,
    syncFrequency: '10s',
    // The disk is this machine's, and our images are not to be fetched anywhere.
    evictionHard: {
      'memory.available': '100Mi',
      'nodefs.available': '1%',
      'imagefs.available': '1%',
      'nodefs.inodesFree': '1%',
    },
    imageGCHighThresholdPercent: 100,
  };
}
