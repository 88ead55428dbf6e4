import { appendFileSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Commit, FaultPoint } from './commits.ts';

type Trip = (point: FaultPoint) => void;

const unarmed: Trip = () => undefined;
let trip: Trip = unarmed;

/** A place where this process dies when a test has armed it; otherwise a call of an empty function. */
export function faultPoint(point: FaultPoint): void {
  trip(point);
}

/** Does `work` between the two points of a commit. */
export async function committing<T>(commit: Commit, work: () => Promise<T>): Promise<T> {
  faultPoint(`before.${commit}`);
  const result = await work();
  faultPoint(`after.${commit}`);
  return result;
}

/**
 * From now on the file `<folder>/<service>.<point>` makes this process kill itself (SIGKILL) when it passes the point.
 * The file holds how many passages are let by first, and goes as the process dies: a point kills once. As long as there
 * is a file `<folder>/<service>.passed`, the name of every point that is passed is added to it, a line each.
 */
export function armFaultPoints(folder: string, service: string): void {
  const passed = join(folder, `${service}.passed`);
  trip = (point) => {
    if (existsSync(passed)) appendFileSync(passed, `${point}\n`);
    const file = join(folder, `${service}.${point}`);
    const letBy = passagesToLetBy(file);
    if (letBy === undefined) return;
    if (letBy > 0) return writeFileSync(file, String(letBy - 1));
    rmSync(file);
    process.kill(process.pid, 'SIGKILL');
  };
}

function passagesToLetBy(file: string): number | undefined {
  try {
    return Number(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}
