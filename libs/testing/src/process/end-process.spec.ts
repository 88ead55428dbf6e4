import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { expect, it } from 'vitest';
import { endProcess } from './end-process.ts';
import { isAlive } from './is-alive.ts';

async function start(script: string): Promise<{ pid: number; end: Promise<unknown[]> }> {
  const child = spawn(process.execPath, ['-e', `${script}; setInterval(() => {}, 1000); console.log('ready')`]);
  await once(createInterface(child.stdout), 'line');
  return { pid: child.pid ?? 0, end: once(child, 'exit') };
}

it('asks first', async () => {
  const { pid, end } = await start("process.on('SIGTERM', () => process.exit(7))");
  await endProcess(pid);
  expect(isAlive(pid)).toBe(false);
  expect(await end).toEqual([7, null]);
});

it('forces what does not listen', async () => {
  const { pid, end } = await start("process.on('SIGTERM', () => {})");
  await endProcess(pid, [
    { signal: 'SIGTERM', waitMs: 50 },
    { signal: 'SIGKILL', waitMs: 5_000 },
  ]);
  expect(await end).toEqual([null, 'SIGKILL']);
});

it('says when a process would not go, and is content with one that is gone', async () => {
  const { pid, end } = await start("process.on('SIGTERM', () => {})");
  await expect(endProcess(pid, [{ signal: 'SIGTERM', waitMs: 50 }])).rejects.toThrow('still there after SIGTERM');
  process.kill(pid, 'SIGKILL');
  await end;
  await endProcess(pid);
});
