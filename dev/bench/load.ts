import autocannon from 'autocannon';

export interface Load {
  url: string;
  method?: 'GET' | 'POST';
  headers: Record<string, string>;
  body?: string;
  connections: number;
  seconds: number;
  /** The one status that counts; any other ends the bench, since its rate would mean something else. */
  expect: number;
}

/** Answered requests per second. `[<id>]` in a header or the body is another text in each request. */
export async function answeredPerSecond({ expect, seconds, ...load }: Load): Promise<number> {
  const result = await autocannon({ ...load, duration: seconds, idReplacement: load.method === 'POST' });
  const { statusCodeStats, errors, duration } = result as typeof result & {
    statusCodeStats: Record<string, { count: number }>;
  };
  const others = Object.keys(statusCodeStats).filter((status) => status !== String(expect));
  if (errors > 0 || others.length > 0) {
    throw new Error(`${load.url} failed ${errors} times and answered ${JSON.stringify(statusCodeStats)}`);
  }
  return (statusCodeStats[expect]?.count ?? 0) / duration;
}
