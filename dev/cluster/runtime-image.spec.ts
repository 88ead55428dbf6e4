import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, it } from 'vitest';
import { parseDockerfile } from './image/dockerfile.ts';
import { runtimeImage } from './runtime-image.ts';

const repository = resolve(import.meta.dirname, '../..');
const dockerfile = parseDockerfile(readFileSync(join(repository, 'deploy/images/runtime.Dockerfile'), 'utf8'));
const copied = dockerfile.steps.flatMap((step) => (step.kind === 'copy' ? step.sources : []));

it('is made of the same Dockerfile as with Docker, without making anything to know its name', async () => {
  const { name, layers } = await runtimeImage(() => Promise.reject(new Error('made something')));
  expect(name).toMatch(/^griffin\.local\/runtime:[0-9a-f]{16}$/);
  expect(layers).toHaveLength(2);
});

it('runs as a user that Kubernetes can tell from root', () => {
  expect(dockerfile.config.user).toMatch(/^[1-9]\d*$/);
});

it('has the locked environment first on its PATH', () => {
  expect(dockerfile.config.env['PATH']).toMatch(/^\/opt\/griffin-runtimes\/bin:/);
  expect(copied).toContain('python/griffin-runtimes/requirements.lock');
});

it.each(copied)('copies %s, which is there and which Docker is shown', (path) => {
  expect(existsSync(join(repository, path))).toBe(true);
  const shown = readFileSync(join(repository, '.dockerignore'), 'utf8').matchAll(/^!(.+)$/gm);
  expect([...shown].some(([, name = '']) => path === name || path.startsWith(`${name}/`))).toBe(true);
});
