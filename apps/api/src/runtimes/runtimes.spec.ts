import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RuntimesService } from './runtimes.service.ts';

const published = resolve(import.meta.dirname, '../../../../python/griffin-runtimes/catalogue.json');

describe('the runtimes that griffin-runtimes publishes', () => {
  const runtimes = new RuntimesService(published);

  it('are those that the platform offers, and each accepts its own defaults as far as they go', () => {
    expect(runtimes.list().map(({ name }) => name)).toEqual([
      'container',
      'dataset-generation',
      'xgboost',
      'xgboost-scoring',
    ]);
    for (const runtime of runtimes.list()) {
      for (const kind of runtime.kinds) {
        const errors = runtimes.configErrors(runtime, kind, runtime.default_config[kind] ?? {});
        expect(errors.filter(({ code }) => code !== 'required')).toEqual([]);
      }
    }
  });

  it.each([
    [{ max_depth: 'deep' }, '/config/max_depth', 'type'],
    [{ max_depth: 0 }, '/config/max_depth', 'minimum'],
    [{ depth: 3 }, '/config/depth', 'unknown_field'],
    [{ 'a/b~c': 3 }, '/config/a~1b~0c', 'unknown_field'],
  ])('refuse the configuration %j at %s', (config, pointer, code) => {
    const runtime = runtimes.get('xgboost');
    const errors = runtimes.configErrors(runtime, 'train', { ...runtime.default_config['train'], ...config });
    expect(errors).toEqual([expect.objectContaining({ pointer, code })]);
    if (code === 'unknown_field') expect(errors[0]!.message).toMatch(/; there are: .*max_depth/);
  });

  it('say what is missing, deep inside', () => {
    const runtime = runtimes.get('dataset-generation');
    const errors = runtimes.configErrors(runtime, 'generate-dataset', { spine: { uri: 'file:///x' } });
    expect(errors.map(({ pointer }) => pointer)).toContain('/config/spine/label');
  });

  it('are not what they cannot do', () => {
    expect(() => runtimes.get('cobol')).toThrow(
      expect.objectContaining({ code: 'runtime_unknown', kind: 'not-found' }),
    );
    const refusal = expect.objectContaining({ errors: [expect.objectContaining({ pointer: '/runtime' })] });
    expect(() => runtimes.getFor('batch-infer', 'xgboost', '/runtime')).toThrow(refusal);
  });
});

describe('a catalogue that is not sound', () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'griffin-catalogue-'));
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each([['[]'], ['[{"name": "x"}]'], ['{']])('%s: the service does not start', (text) => {
    const file = join(folder, 'catalogue.json');
    writeFileSync(file, text);
    expect(() => new RuntimesService(file)).toThrow(/catalogue|JSON/);
  });
});
