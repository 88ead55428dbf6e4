import { PassThrough } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { Terminal } from './terminal.ts';

it('prints a line per step, without control characters where nobody looks on', () => {
  const { terminal, text } = screen({ isTTY: false });
  terminal.step('3', 'Dataset is ready', 'http://here/dataset');
  expect(text()).toBe('3  Dataset is ready  http://here/dataset\n');
});

it('mentions now and then what takes long', async () => {
  const { terminal, text } = screen({ isTTY: false }, 0.02);
  await terminal.during(() => 'training', delay(90));
  expect(
    text()
      .split('\n')
      .filter((line) => line.includes('… training')).length,
  ).toBeGreaterThanOrEqual(2);
});

it('shows on a terminal what goes on, and leaves nothing of it', async () => {
  const { terminal, text } = screen({ isTTY: true, columns: 40 });
  const outcome = terminal.during(() => 'training with a message that does not fit into the line', delay(10, 'done'));
  expect(await outcome).toBe('done');
  const frames = text().split('\r\u001B[2K');
  expect(frames.at(-1)).toBe('');
  expect(frames.some((frame) => frame.includes('training'))).toBe(true);
  expect(frames.every((frame) => frame.length < 40)).toBe(true);
});

it('hands on what the work threw', async () => {
  const { terminal } = screen({ isTTY: true, columns: 40 });
  await expect(terminal.during(() => 'failing', Promise.reject(new Error('no')))).rejects.toThrow('no');
});

function screen(properties: { isTTY: boolean; columns?: number }, quietSeconds?: number) {
  const out = new PassThrough();
  const terminal = new Terminal(Object.assign(out, properties) as unknown as NodeJS.WriteStream, quietSeconds);
  return { terminal, text: () => (out.read() as Buffer | null)?.toString() ?? '' };
}
