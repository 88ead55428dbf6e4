import { startPostgres } from './start-postgres.ts';

// A parent that may be killed: starts a server and tells its pid and URL.
const [dataDir, throwaway] = process.argv.slice(2);
const { pid, url } = await startPostgres({ throwaway: throwaway === 'throwaway', ...(dataDir ? { dataDir } : {}) });
console.log(JSON.stringify({ pid, url }));
setInterval(() => undefined, 1_000);
