import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { freePort } from '../libs/testing/src/index.ts';
import { expect, it } from 'vitest';

const preflight = (port: string) => spawnSync(join(import.meta.dirname, 'preflight.sh'), [port], { encoding: 'utf8' });

it.each(['abc', '99999', '65536', '0', '-1', '80 81', '8080x', '08080'])('%j is no port', (port) => {
  const { status, stderr } = preflight(port);
  expect([status, stderr]).toEqual([
    1,
    `Griffin cannot start: GRIFFIN_PORT is '${port}', and a port is a whole number from 1 to 65535.\n`,
  ]);
});

it('a port that is free is one', async () => {
  expect(preflight(String(await freePort())).stderr).not.toContain('port');
});
