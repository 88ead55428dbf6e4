import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventTypes } from '@griffin/contracts';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { driftedSchemas, writeSchemas } from './event-schemas.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'griffin-event-schemas-'));
});
afterEach(() => rm(folder, { recursive: true }));

it('writes a schema for each event type, and sees one that is changed, missing or left over', async () => {
  await writeSchemas(folder);
  expect(await readdir(folder)).toEqual(
    Object.keys(eventTypes)
      .map((type) => `${type}.json`)
      .toSorted(),
  );
  expect(await driftedSchemas(folder)).toEqual([]);

  await writeFile(join(folder, 'cluster.ready.json'), '{}');
  await rm(join(folder, 'run.completed.json'));
  await writeFile(join(folder, 'of.old.json'), '{}');
  expect(await driftedSchemas(folder)).toEqual(['cluster.ready.json', 'of.old.json', 'run.completed.json']);
  await writeSchemas(folder);
  expect(await driftedSchemas(folder)).toEqual([]);
});

it('what it writes is usable by whoever knows JSON Schema only', async () => {
  await writeSchemas(folder);
  const ajv = new Ajv2020({ strict: true });
  addFormats.default(ajv);
  for (const name of await readdir(folder)) {
    const validate = ajv.compile(JSON.parse(await readFile(join(folder, name), 'utf8')));
    expect(validate({}), name).toBe(false);
  }
});
