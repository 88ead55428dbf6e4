import { join } from 'node:path';
import type { ProcessDefinition } from '../../stack/managed-process.ts';
import { inside, type NetworkPlan } from '../network-plan.ts';
import type { Places } from '../places.ts';

/** Where the programs of the cluster lie. */
export interface Programs {
  /** etcd, Kubernetes and CoreDNS: dev/cluster/main.go. */
  cluster: string;
  /** The process of a pod's own, put into an image of that name. */
  pause: string;
  rayOperator: string;
  /** The folder with the definitions of the kinds that KubeRay adds. */
  rayKinds: string;
  /** The root of unpacked Debian packages: containerd, runc and the network plugins. */
  debian: string;
}

const etcd = 'http://127.0.0.1:2379';
export const apiServer = 'https://127.0.0.1';
const seconds = (count: number) => `${count}s`;

/** Everything that a cluster consists of. Each answers at its `readyUrl` once it can do its work. */
export function clusterPrograms(
  { cluster, rayOperator, debian }: Programs,
  places: Places,
  { clusterAddress }: NetworkPlan,
) {
  const pki = (name: string) => join(places.pki, name);
  const path = `${debian}/usr/bin:${debian}/usr/sbin:/usr/sbin:/usr/bin:/sbin:/bin`;
  const define = (
    name: string,
    command: string[],
    readyUrl: string,
    env: Record<string, string> = {},
  ): ProcessDefinition => ({
    name,
    command,
    env: { PATH: path, ...env },
    logFile: join(places.logs, `${name}.log`),
    readyUrl,
  });
  const kubernetes = (name: string, flags: Record<string, string>, readyUrl: string) =>
    define(name, [cluster, name, ...Object.entries(flags).map(([flag, value]) => `--${flag}=${value}`)], readyUrl);
  /** Of those that serve their health on HTTPS, with the API server's certificate. */
  const served = (port: number) => ({
    kubeconfig: places.kubeconfig,
    'authentication-kubeconfig': places.kubeconfig,
    'authorization-kubeconfig': places.kubeconfig,
    'bind-address': '127.0.0.1',
    'secure-port': String(port),
    'tls-cert-file': pki('server.crt'),
    'tls-private-key-file': pki('server.key'),
    'leader-elect': 'false',
  });
  return {
    etcd: define(
      'etcd',
      [
        cluster,
        'etcd',
        '--data-dir=/var/lib/etcd/data',
        '--listen-client-urls',
        etcd,
        '--advertise-client-urls',
        etcd,
        '--unsafe-no-fsync',
      ],
      `${etcd}/health`,
    ),
    apiServer: kubernetes(
      'kube-apiserver',
      {
        'etcd-servers': etcd,
        'secure-port': '443',
        'advertise-address': clusterAddress,
        'tls-cert-file': pki('server.crt'),
        'tls-private-key-file': pki('server.key'),
        'client-ca-file': pki('ca.crt'),
        'kubelet-client-certificate': pki('kubelet-client.crt'),
        'kubelet-client-key': pki('kubelet-client.key'),
        'kubelet-preferred-address-types': 'InternalIP',
        'service-cluster-ip-range': inside.services,
        'service-account-issuer': 'https://kubernetes.default.svc',
        'service-account-key-file': pki('service-accounts.key'),
        'service-account-signing-key-file': pki('service-accounts.key'),
        'token-auth-file': pki('tokens.csv'),
        'authorization-mode': 'Node,RBAC',
        'allow-privileged': 'true',
        // Nobody would follow it: the service's address is this server's own.
        'endpoint-reconciler-type': 'none',
      },
      `${apiServer}/readyz`,
    ),
    controllers: kubernetes(
      'kube-controller-manager',
      {
        ...served(10257),
        'service-account-private-key-file': pki('service-accounts.key'),
        'root-ca-file': pki('ca.crt'),
        'allocate-node-cidrs': 'false',
        // Tests do not wait as long as people do.
        'node-monitor-grace-period': seconds(20),
      },
      'https://127.0.0.1:10257/healthz',
    ),
    scheduler: kubernetes('kube-scheduler', served(10259), 'https://127.0.0.1:10259/healthz'),
    dns: define(
      'coredns',
      [cluster, 'coredns', '-conf', join(places.configuration, 'Corefile')],
      'http://127.0.0.1:8181/ready',
    ),
    containerd: define(
      'containerd',
      ['containerd', '--config', join(places.configuration, 'containerd.toml')],
      'http://127.0.0.1:1338/v1/metrics',
    ),
    kubelet: kubernetes(
      'kubelet',
      {
        config: join(places.configuration, 'kubelet.json'),
        kubeconfig: places.kubeconfig,
        'cert-dir': '/var/lib/kubelet/pki',
        'hostname-override': nodeName,
        'node-ip': clusterAddress,
      },
      'http://127.0.0.1:10248/healthz',
    ),
    rayOperator: define(
      'ray-operator',
      [
        rayOperator,
        '--enable-leader-election=false',
        '--metrics-addr=127.0.0.1:8080',
        '--health-probe-bind-address=127.0.0.1:8082',
        '--reconcile-concurrency=10',
        '--qps=200',
        '--burst=400',
      ],
      'http://127.0.0.1:8082/readyz',
      { KUBECONFIG: places.kubeconfig, POD_NAMESPACE: 'default' },
    ),
  };
}

export const nodeName = 'node-1';
