import { PassThrough } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Exec, KubeConfig, type V1Pod, type V1Status } from '@kubernetes/client-node';

type Variables = Record<string, string>;

const ofProcesses = `
import json, os, sys
names, found = sys.argv[2:], []
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        environ = open(f"/proc/{pid}/environ", "rb").read().decode(errors="replace").split("\\0")
        command = open(f"/proc/{pid}/cmdline", "rb").read().decode(errors="replace").replace("\\0", " ")
    except OSError:
        continue
    if any(word.endswith(sys.argv[1]) for word in command.split()) and int(pid) != os.getpid():
        found.append(dict(item.split("=", 1) for item in environ if item.split("=", 1)[0] in names))
print(json.dumps(found))
`;

/** Which of the variables `names` the processes in a pod have of whose command a word ends with `command`. */
export async function variablesIn(
  kubeconfig: string,
  pod: V1Pod,
  command: string,
  names: string[],
): Promise<Variables[]> {
  return JSON.parse(await python(kubeconfig, pod, ofProcesses, [command, ...names])) as Variables[];
}

/** What a script prints that runs in the pod's first container. */
async function python(kubeconfig: string, pod: V1Pod, script: string, args: string[]): Promise<string> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const { name = '', namespace = '' } = pod.metadata ?? {};
  const [output, errors] = [new PassThrough(), new PassThrough()];
  const command = ['python', '-c', script, ...args];
  const container = pod.spec!.containers[0]!.name;
  const status = await new Promise<V1Status>((resolve, reject) => {
    // What the client throws holds its whole request, with the token.
    const fail = (error: { message?: string }) => reject(new Error(`Cannot exec in ${name}: ${error.message}`));
    new Exec(config).exec(namespace, name, container, command, output, errors, null, false, resolve).catch(fail);
  });
  output.end();
  errors.end();
  if (status.status !== 'Success') throw new Error(`${status.message}: ${await text(errors)}`);
  return text(output);
}
