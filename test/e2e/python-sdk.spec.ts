import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Stack, startStack } from '../../dev/stack/start-stack.ts';
import { pytest } from './support/pytest.ts';

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
  const { runtimesPython, sdkPython } = stack.state;
  const env = {
    HOME: stateDir,
    GRIFFIN_API_URL: stack.apiUrl,
    GRIFFIN_TOKEN: stack.token,
    GRIFFIN_RUNTIMES_PYTHON: runtimesPython,
  };
  expect(await pytest(sdkPython, tests, env)).toBe(0);
});
