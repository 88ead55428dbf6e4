import { open } from 'node:fs/promises';
import { isMissing } from './files.ts';

const maxBytes = 16 * 1024;

/**
 * The last lines of a log, at most 16 KiB and never half a line unless that is all there is; null when there is no log.
 * NUL, which PostgreSQL cannot store, is replaced.
 */
export async function tailOf(file: string): Promise<string | null> {
  const handle = await open(file, 'r').catch((error: unknown) => {
    if (isMissing(error)) return null;
    throw error;
  });
  if (!handle) return null;
  try {
    const { size } = await handle.stat();
    const start = Math.max(0, size - maxBytes);
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(size - start), 0, size - start, start);
    return wholeLines(buffer.subarray(0, bytesRead).toString('utf8').replaceAll('\0', '\uFFFD'), start > 0);
  } finally {
    await handle.close();
  }
}

function wholeLines(text: string, isCut: boolean): string {
  const firstBreak = text.indexOf('\n');
  return isCut && firstBreak !== -1 && firstBreak < text.length - 1 ? text.slice(firstBreak + 1) : text;
}
