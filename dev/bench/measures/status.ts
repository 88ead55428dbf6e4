import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Measured } from '../figure.ts';
import { answeredPerSecond } from '../load.ts';
import type { BenchPlatform } from '../platform.ts';
import { inTurn, ratioFigures } from '../ratio.ts';
import { trainingSubmission } from '../requests.ts';
import type { Sizes } from '../sizes.ts';

const connections = 32;

/** How often one can ask whether a run has changed, against a server that knows without looking. */
export async function measureStatus(platform: BenchPlatform, sizes: Sizes): Promise<Measured> {
  const run = await platform.api.post<{ id: string }>('/api/workflows', await trainingSubmission(platform));
  const path = `/api/workflows/${run.id}`;
  const headers = { ...platform.headers, 'if-none-match': '"1"' };
  const bare = await startBareFastify();
  const unchanged = (origin: string, seconds: number) =>
    answeredPerSecond({ url: origin + path, headers, connections, seconds, expect: 304 });
  const [ours, theirs] = [platform.stack.apiUrl, bare.url].map(
    (origin) => (seconds: number) => unchanged(origin, seconds),
  );
  try {
    await ours!(sizes.warmUpSeconds);
    await theirs!(sizes.warmUpSeconds);
    const sides = await inTurn(
      sizes.rounds,
      () => ours!(sizes.secondsPerRound),
      () => theirs!(sizes.secondsPerRound),
    );
    const names = { ours: 'api', theirs: 'bare Fastify', unit: 'answers per second' };
    return { title: 'The status of a run that has not changed', method, figures: ratioFigures(names, sides, 0.4) };
  } finally {
    await bare.end();
  }
}

const method =
  `${connections} connections ask \`GET /api/workflows/{id}\` with \`If-None-Match\` and get 304. api checks the token ` +
  'and asks PostgreSQL for the revision that the run is at. The other side is a ' +
  'process with nothing but Fastify and a handler that answers 304 from a constant.';

async function startBareFastify() {
  const child = spawn(process.execPath, [join(import.meta.dirname, '../bare-fastify.ts')], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_ENV: 'production' },
  });
  const [url] = (await once(createInterface(child.stdout), 'line')) as [string];
  const end = async () => {
    child.kill();
    await once(child, 'exit');
  };
  return { url, end };
}
