import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Exec, KubeConfig, type V1Pod, type V1Status } from '@kubernetes/client-node';

/** A process in a container, and what it has of the variables that were asked for. */
export interface ProcessInPod {
  command: string;
  variables: Record<string, string>;
}

const script = `
import json, os, sys
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        environ = open(f"/proc/{pid}/environ", "rb").read().decode(errors="replace").split("\\0")
        command = open(f"/proc/{pid}/cmdline", "rb").read().decode(errors="replace").replace("\\0", " ")
    except OSError:
        continue
    variables = dict(item.split("=", 1) for item in environ if item.split("=", 1)[0] in sys.argv[1:])
    print(json.dumps({"command": command, "variables": variables}))
`;

/** Every process in the pod's first container. */
export async function processesIn(kubeconfig: string, pod: V1Pod, variables: string[]): Promise<ProcessInPod[]> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const command = ['python', '-c', script, ...variables];
  const container = pod.spec!.containers[0]!.name;
  const status = await new Promise<V1Status>((resolve, reject) => {
    new Exec(config).exec(namespace, name, container, command, output, errors, null, false, resolve).catch(reject);
  });
  output.end();
  errors.end();
  if (status.status !== 'Success') throw new Error(`${status.message}: ${await text(errors)}`);
  const lines = (await text(output)).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as ProcessInPod);
}
