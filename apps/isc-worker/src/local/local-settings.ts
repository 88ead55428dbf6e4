/** How this machine runs attempts. */
export interface LocalSettings {
  /** Absolute; also what the processes of the installation are recognised by. */
  stateDir: string;
  /** The Python that has Ray and the runtimes. */
  python: string;
  /** What an attempt runs, as an argument vector. */
  command: readonly string[];
  /** What a project's Ray offers. */
  cpus: number;
  gpus: number;
  /** What processes inherit of this machine: never the worker's own variables, some of which are secrets. */
  inherited: Record<string, string>;
}

/** The variable that every process of an installation carries, so that it can be found and ended. */
export const installationVariable = 'GRIFFIN_INSTALLATION_DIR';
