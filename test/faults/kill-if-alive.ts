/** Kills the process; none where there is no pid, since it may be down already. */
export function killIfAlive(pid: number | undefined): void {
  if (pid !== undefined) process.kill(pid, 'SIGKILL');
}
