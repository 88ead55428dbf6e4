import { expect, it } from 'vitest';
import { exitOf } from './exit-status.ts';

it.each([
  [0, { exit: 'succeeded', exitCode: 0, reason: null }],
  [2, { exit: 'failed', exitCode: 2, reason: { code: 'runtime_error', message: 'The runtime exited with code 2.' } }],
  [
    75,
    {
      exit: 'failed',
      exitCode: 75,
      reason: { code: 'api_unreachable', message: 'The runtime could not reach api.' },
    },
  ],
  [
    76,
    {
      exit: 'failed',
      exitCode: 76,
      reason: {
        code: 'cluster_lost',
        message: 'What the attempt ran on was lost, and it was begun a second time, which did no work.',
      },
    },
  ],
  [
    143,
    { exit: 'failed', exitCode: 143, reason: { code: 'process_killed', message: 'The runtime was ended by SIGTERM.' } },
  ],
  [
    255,
    {
      exit: 'failed',
      exitCode: 255,
      reason: { code: 'process_killed', message: 'The runtime was ended by signal 127.' },
    },
  ],
])('exit status %i', (status, expected) => {
  expect(exitOf(status)).toEqual(expected);
});

it('says what SIGKILL often means', () => {
  expect(exitOf(137).reason?.message).toContain('SIGKILL. Often');
});
