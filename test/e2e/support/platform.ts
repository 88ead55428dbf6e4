import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type FlightTables, prepareFlights } from '../../../dev/demo/flights.ts';
import { sceneOf } from '../../../dev/demo/scene.ts';
import type { Scene } from '../../../dev/demo/steps/waiting.ts';
import { Terminal } from '../../../dev/demo/terminal.ts';
import { type Stack, type StackOptions, startStack } from '../../../dev/stack/start-stack.ts';

/** A whole platform in a state folder of its own, with the demo's data: what an end-to-end test works with. */
export interface TestPlatform {
  stack: Stack;
  scene: Scene;
  tables: FlightTables;
  end(): Promise<void>;
}

/** Starts it on free ports. What is installed, and the prepared data, are shared with the checkout's own state folder. */
export async function startPlatform(options: StackOptions = {}): Promise<TestPlatform> {
  // Ray's sockets need a short path.
  const stateDir = await mkdtemp(join(tmpdir(), 'griffin-'));
  const onProgress = (line: string) => console.log(`   ${line}`);
  const stack = await startStack({ onProgress, ...options, stateDir });
  const end = async () => {
    await stack.stop();
    await rm(stateDir, { recursive: true });
  };
  try {
    const tables = await prepareFlights(toolsOf(stack), demoFolder(stack));
    return { stack, scene: sceneOf(stack, new Terminal(), options.cluster), tables, end };
  } catch (error) {
    await end();
    throw error;
  }
}

/** Where uv and Python are installed. */
export function toolsOf(stack: Stack): { uv: string; python: string } {
  return { uv: join(installed(stack), 'uv/bin/uv'), python: stack.state.runtimesPython };
}

export const demoFolder = (stack: Stack) => join(installed(stack), 'demo');

/** `<installed>/venvs/runtimes/bin/python` */
const installed = (stack: Stack) => join(dirname(stack.state.runtimesPython), '../../..');
