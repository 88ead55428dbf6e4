import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './run.ts';

const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];

/** Keys and certificates of one start: an authority, the API server, its client to the kubelet, and the admin's token. */
export async function writeCertificates(folder: string, addresses: string[]): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const file = (name: string) => join(folder, name);
  await run([
    'openssl',
    'req',
    '-x509',
    ...newKey,
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.crt'),
    '-days',
    '365',
    '-subj',
    '/CN=griffin-test-cluster',
    '-addext',
    'keyUsage=critical,keyCertSign,cRLSign',
  ]);
  const names = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc', 'kubernetes.default.svc.cluster.local'];
  const alternatives = [...['localhost', ...names].map((name) => `DNS:${name}`), ...addresses.map((ip) => `IP:${ip}`)];
  await sign(folder, 'server', '/CN=kube-apiserver', `subjectAltName=${alternatives.join(',')}`);
  // The kubelet lets this group do everything.
  await sign(
    folder,
    'kubelet-client',
    '/O=system:masters/CN=kube-apiserver-kubelet-client',
    'extendedKeyUsage=clientAuth',
  );
  await run(['openssl', 'ecparam', '-genkey', '-name', 'prime256v1', '-noout', '-out', file('service-accounts.key')]);
  const token = randomBytes(16).toString('hex');
  await writeFile(file('token'), token, { mode: 0o600 });
  await writeFile(file('tokens.csv'), `${token},admin,admin,"system:masters"\n`, { mode: 0o600 });
}

async function sign(folder: string, name: string, subject: string, extension: string): Promise<void> {
  const file = (ending: string) => join(folder, `${name}.${ending}`);
  await writeFile(file('ext'), extension);
  await run(['openssl', 'req', ...newKey, '-keyout', file('key'), '-out', file('csr'), '-subj', subject]);
  const authority = ['-CA', join(folder, 'ca.crt'), '-CAkey', join(folder, 'ca.key'), '-CAcreateserial'];
  const certificate = ['-in', file('csr'), '-out', file('crt'), '-extfile', file('ext'), '-days', '365'];
  await run(['openssl', 'x509', '-req', ...authority, ...certificate]);
}

/** The admin's way in, from this machine and from within the cluster's namespace alike. */
export async function writeKubeconfig(file: string, pki: string, clusterAddress: string): Promise<void> {
  const authority = await readFile(join(pki, 'ca.crt'));
  const kubeconfig = {
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'griffin',
    contexts: [{ name: 'griffin', context: { cluster: 'griffin', user: 'admin' } }],
    users: [{ name: 'admin', user: { token: await readFile(join(pki, 'token'), 'utf8') } }],
    clusters: [
      {
        name: 'griffin',
        cluster: {
          server: `https://${clusterAddress}`,
          'certificate-authority-data': authority.toString('base64'),
        },
      },
    ],
  };
  // JSON is YAML.
  await writeFile(file, JSON.stringify(kubeconfig, null, 2), { mode: 0o600 });
}
