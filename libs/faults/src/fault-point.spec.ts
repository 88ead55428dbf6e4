import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'griffin-faults-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

const fixture = join(import.meta.dirname, 'fault-point.fixture.ts');

function pass(...parameters: string[]) {
  const { signal, stdout } = spawnSync(process.execPath, [fixture, ...parameters], { encoding: 'utf8' });
  return { signal, said: stdout.trim().split('\n').filter(Boolean) };
}

const whole = { signal: null, said: ['commits 1', 'commits 2', 'commits 3', 'done'] };

it('does nothing unless it is armed', () => {
  writeFileSync(join(folder, 'api.before.run.submit'), '0');
  expect(pass()).toEqual(whole);
  writeFileSync(join(folder, 'lineage.before.run.submit'), '0');
  rmSync(join(folder, 'api.before.run.submit'));
  expect(pass(folder)).toEqual(whole);
});

it('kills before the commit, once', () => {
  writeFileSync(join(folder, 'api.before.run.submit'), '0');
  expect(pass(folder)).toEqual({ signal: 'SIGKILL', said: [] });
  expect(pass(folder)).toEqual(whole);
});

it('kills after the commit', () => {
  writeFileSync(join(folder, 'api.after.run.submit'), '0');
  expect(pass(folder)).toEqual({ signal: 'SIGKILL', said: ['commits 1'] });
});

it('lets as many by as the file says', () => {
  writeFileSync(join(folder, 'api.before.run.submit'), '2');
  expect(pass(folder)).toEqual({ signal: 'SIGKILL', said: ['commits 1', 'commits 2'] });
  expect(readdirSync(folder)).toEqual([]);
});

it('tells which points it passes, where a file is there for it', () => {
  const passed = join(folder, 'api.passed');
  writeFileSync(passed, '');
  writeFileSync(join(folder, 'api.after.run.submit'), '1');
  expect(pass(folder).signal).toBe('SIGKILL');
  const points = readFileSync(passed, 'utf8').trim().split('\n');
  expect(points).toEqual(['before.run.submit', 'after.run.submit', 'before.run.submit', 'after.run.submit']);
});
