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
    if sys.argv[1] in command.split() and int(pid) != os.getpid():
        found.append(dict(item.split("=", 1) for item in environ if item.split("=", 1)[0] in names))
print(json.dumps(found))
`;

// Ray's processes write their titles over what Linux shows of their environment: a task is asked instead.
const ofRayWorker = `
import json, os, sys
import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy
ray.init(address="auto", logging_level="ERROR", log_to_driver=False)
here = ray.get_runtime_context().get_node_id()
node = next(node["NodeID"] for node in ray.nodes() if node["Alive"] and node["NodeID"] != here)
@ray.remote(num_cpus=0, scheduling_strategy=NodeAffinitySchedulingStrategy(node, soft=False))
def variables(names):
    return {name: os.environ[name] for name in names if name in os.environ}
print(json.dumps(ray.get(variables.remote(sys.argv[1:]))))
`;

/** Which of the variables `names` the processes in a pod have of whose command `command` is a word. */
export async function variablesIn(
  kubeconfig: string,
  pod: V1Pod,
  command: string,
  names: string[],
): Promise<Variables[]> {
  return JSON.parse(await python(kubeconfig, pod, ofProcesses, [command, ...names])) as Variables[];
}

/** Which of the variables `names` a Ray task has that is not on the head, whose pod is given. */
export async function variablesOfTask(kubeconfig: string, head: V1Pod, names: string[]): Promise<Variables> {
  return JSON.parse(await python(kubeconfig, head, ofRayWorker, names)) as Variables;
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
    new Exec(config).exec(namespace, name, container, command, output, errors, null, false, resolve).catch(reject);
  });
  output.end();
  errors.end();
  if (status.status !== 'Success') throw new Error(`${status.message}: ${await text(errors)}`);
  return text(output);
}
