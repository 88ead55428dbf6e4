import { createHash } from 'node:crypto';
import { createReadStream, lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A short name for whatever is made from `parts`: another part makes another name. */
export function fingerprint(...parts: string[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(`${part.length}:${part}`);
  return hash.digest('hex').slice(0, 16);
}

/** Of a file's or a folder's content, with what may be executed; what Python leaves beside its sources is not content. */
export function fingerprintOfFiles(path: string): string {
  const stat = lstatSync(path);
  if (!stat.isDirectory()) return fingerprint(String(stat.mode & 0o111), readFileSync(path, 'latin1'));
  const names = readdirSync(path)
    .filter((name) => name !== '__pycache__')
    .toSorted();
  return fingerprint(...names.flatMap((name) => [name, fingerprintOfFiles(join(path, name))]));
}

/** The SHA-256 of a file, in hexadecimal. */
export async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

export const sha256OfText = (text: string): string => createHash('sha256').update(text).digest('hex');
