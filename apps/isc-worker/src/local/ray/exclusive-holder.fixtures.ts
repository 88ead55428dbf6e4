import { exclusively } from './exclusive.ts';

// A process of its own that takes the lock and holds it until it is killed.
await exclusively(process.argv[2] ?? '', async () => {
  process.send?.('held');
  await new Promise((resolve) => setTimeout(resolve, 60_000));
});
