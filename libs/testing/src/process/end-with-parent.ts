import { succeeds } from './succeeds.ts';

/** Goes before a command to make the kernel send it SIGINT when the process that started it is gone, where util-linux can. */
export async function endWithParent(): Promise<string[]> {
  const prefix = ['setpriv', '--pdeathsig', 'INT'];
  return (await succeeds([...prefix, 'true'])) ? prefix : [];
}
