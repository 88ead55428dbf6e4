import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: { pool: 'forks', include: ['{apps,libs,dev}/**/*.spec.ts', 'test/**/*.spec.ts'] },
});
