import { readdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';

/** A program of the cluster of `make cluster`, which can be stopped for a while. */
export class ClusterProcess {
  readonly #pid: number;

  private constructor(pid: number) {
    this.#pid = pid;
  }

  /** By the name of the program or of its first argument; undefined on another cluster. */
  static find(kubeconfig: string, name: 'kube-apiserver' | 'ray-operator'): ClusterProcess | undefined {
    const folder = dirname(kubeconfig);
    const pid = readdirSync('/proc')
      .filter((entry) => /^\d+$/.test(entry))
      .map(Number)
      .find((each) => {
        const [program = '', argument] = commandOf(each);
        return program.startsWith(folder) && (program.endsWith(`/${name}`) || argument === name);
      });
    return pid === undefined ? undefined : new ClusterProcess(pid);
  }

  /** It holds its connections, and answers nobody. */
  stop(): void {
    process.kill(this.#pid, 'SIGSTOP');
  }

  goOn(): void {
    process.kill(this.#pid, 'SIGCONT');
  }
}

function commandOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}
