/** Kills the process; none where there is no pid, or it has just gone, since it may be down already. */
export function killIfAlive(pid: number | undefined): void {
  try {
    if (pid !== undefined) process.kill(pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}
