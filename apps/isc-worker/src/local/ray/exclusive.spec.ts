import { fork } from 'node:child_process';
import { once } from 'node:events';
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { exclusively } from './exclusive.ts';

it('lets one at a time in', async () => {
  const name = randomUUID();
  let inside = 0;
  const crowd = Array.from({ length: 4 }, () =>
    exclusively(name, async () => {
      inside += 1;
      expect(inside).toBe(1);
      await delay(20);
      inside -= 1;
    }),
  );
  await Promise.all(crowd);
});

it('lets the next one in when the work fails', async () => {
  const name = randomUUID();
  await expect(exclusively(name, () => Promise.reject(new Error('It failed.')))).rejects.toThrow('It failed.');
  expect(await exclusively(name, async () => 'in')).toBe('in');
});

it('is free again when its holder was killed', async () => {
  const name = randomUUID();
  const holder = fork(new URL('exclusive-holder.fixtures.ts', import.meta.url), [name]);
  await once(holder, 'message');
  let entered = false;
  const next = exclusively(name, async () => (entered = true));
  await delay(300);
  expect(entered).toBe(false);
  holder.kill('SIGKILL');
  await next;
  expect(entered).toBe(true);
});
