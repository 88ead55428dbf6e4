import { readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { eventTypes } from '../../libs/contracts/src/index.ts';

const dialect = 'https://json-schema.org/draft/2020-12/schema';

/** The published schemas: file name to content. */
function schemaFiles(): Map<string, string> {
  const files = Object.entries(eventTypes).map(([type, schema]): [string, string] => [
    `${type}.json`,
    `${JSON.stringify({ $schema: dialect, ...schema }, undefined, 2)}\n`,
  ]);
  return new Map(files);
}

/** The names of the files in `folder` that are not as the code has them: changed, missing, or of a type that is gone. */
export async function driftedSchemas(folder: string): Promise<string[]> {
  const wanted = schemaFiles();
  const found = await foundIn(folder);
  const names = new Set([...wanted.keys(), ...found.keys()]);
  return [...names].filter((name) => wanted.get(name) !== found.get(name)).toSorted();
}

/** Makes `folder` hold one JSON Schema per event type, and no other. */
export async function writeSchemas(folder: string): Promise<void> {
  const wanted = schemaFiles();
  for (const name of await driftedSchemas(folder)) {
    const content = wanted.get(name);
    await (content === undefined ? rm(join(folder, name)) : writeFile(join(folder, name), content));
  }
}

async function foundIn(folder: string): Promise<Map<string, string>> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  const files = names.map(async (name): Promise<[string, string]> => [
    name,
    await readFile(join(folder, name), 'utf8'),
  ]);
  return new Map(await Promise.all(files));
}
