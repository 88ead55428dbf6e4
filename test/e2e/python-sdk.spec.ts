import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stack, startStack } from '../../dev/stack/start-stack.ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';

const tests = join(import.meta.dirname, 'python-sdk');

let stateDir: string;
let stack: Stack;

beforeAll(async () => {
  // Ray's sockets need a short path.
  stateDir = await mkdtemp(join(tmpdir(), 'griffin-'));
  stack = await startStack({ stateDir, onProgress: (line) => console.log(`   ${line}`) });
});

afterAll(async () => {
  await stack?.stop();
  await rm(stateDir, { recursive: true });
});

it('does from Python and from a shell all that its documents say', async () => {
  expect(await pytest()).toBe(0);
});

/** What it says goes where vitest's own output goes. */
async function pytest(): Promise<number | null> {
  const { runtimesPython, sdkPython } = stack.state;
  const child = spawn(
    sdkPython,
    ['-m', 'pytest', '-v', '-p', 'no:cacheprovider', '--durations=5', '--rootdir', tests, tests],
    {
      env: {
        PATH: `${dirname(sdkPython)}:${process.env['PATH']}`,
        HOME: stateDir,
        GRIFFIN_API_URL: stack.apiUrl,
        GRIFFIN_TOKEN: stack.token,
        GRIFFIN_RUNTIMES_PYTHON: runtimesPython,
      },
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  return code;
}
