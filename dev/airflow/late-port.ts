import { randomInt } from 'node:crypto';
import { isPortFree } from '../../libs/testing/src/index.ts';

// Below those that a system gives to whoever connects: none is taken by chance before it is listened on.
const [first, last] = [20_000, 32_000];

/** A free port for a program that begins to listen only after a while. */
export async function latePort(): Promise<number> {
  const port = randomInt(first, last);
  return (await isPortFree(port)) ? port : latePort();
}
