import { succeeds } from '../process/succeeds.ts';

const nobody = 65534;

/** Under whose name PostgreSQL runs: it refuses root. */
export interface Account {
  /** Goes before the program on the command line. */
  prefix: string[];
  /** What to spawn as, and who must own the files; absent when that is who we are. */
  user?: { uid: number; gid: number };
}

/**
 * An ordinary user runs PostgreSQL as itself. Root runs it in a user namespace that shows root as `nobody`, so its files
 * stay root's and may lie under a folder that only root can enter. Where namespaces are forbidden (many containers), it
 * runs as the real `nobody`.
 */
export async function unprivilegedAccount(): Promise<Account> {
  if (process.getuid?.() !== 0) return { prefix: [] };
  const prefix = ['unshare', '--user', `--map-user=${nobody}`, `--map-group=${nobody}`];
  if (await succeeds([...prefix, 'true'])) return { prefix };
  return { prefix: [], user: { uid: nobody, gid: nobody } };
}
