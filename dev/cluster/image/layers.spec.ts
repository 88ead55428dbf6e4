import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseDockerfile } from './dockerfile.ts';
import { imageOf } from './image.ts';
import { layersOf } from './layers.ts';

const text = 'FROM debian:bookworm-slim\nCOPY lock /\nRUN install\nCOPY src /src\nUSER 1000\n';
let context: string;

beforeEach(() => {
  context = mkdtempSync(join(tmpdir(), 'griffin-layers-'));
  mkdirSync(join(context, 'src/__pycache__'), { recursive: true });
  write('lock', 'a==1');
  write('src/a.py', 'a');
});
afterEach(() => rmSync(context, { recursive: true }));

const write = (name: string, content: string) => writeFileSync(join(context, name), content);
const image = (dockerfile: string) => {
  const parsed = parseDockerfile(dockerfile);
  const layers = layersOf(parsed, context, () => Promise.reject(new Error('makes nothing here')));
  return imageOf('griffin.local/x', layers, parsed.config);
};
const keys = (dockerfile = text) => image(dockerfile).layers.map(({ key }) => key);

it('are the same while nothing changes that matters', () => {
  const before = keys();
  write('src/__pycache__/a.pyc', 'compiled');
  write('other', 'not copied');
  expect(keys()).toEqual(before);
});

it('are made anew where something changed: sources are the last layer only', () => {
  const [root, sources] = keys();
  write('src/a.py', 'b');
  expect(keys()[0]).toBe(root);
  expect(keys()[1]).not.toBe(sources);
  write('lock', 'a==2');
  expect(keys()[0]).not.toBe(root);
});

it('give the image a name that changes with them and with how it is started', () => {
  const { name } = image(text);
  expect(name).toMatch(/^griffin\.local\/x:[0-9a-f]{16}$/);
  expect(image(text).name).toBe(name);
  expect(image(text.replace('1000', '2000')).name).not.toBe(name);
  write('src/a.py', 'c');
  expect(image(text).name).not.toBe(name);
});
