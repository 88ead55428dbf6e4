import { defineConfig } from 'rolldown';

/**
 * Each service as few files, of what was compiled: it starts with half to two thirds of the CPU that it takes where Node
 * looks up its modules one by one. See docs/adr/0106-services-as-bundles.md.
 */
export default defineConfig({
  input: Object.fromEntries(
    ['api', 'isc-worker', 'lineage'].map((service) => [service, `dist/apps/${service}/src/main.js`]),
  ),
  platform: 'node',
  // Nest and TypeORM ask for them by their names as well, and there is to be one of each.
  external: [/^(class-transformer|class-validator|pg|reflect-metadata|typeorm)($|\/)/],
  output: { dir: 'dist/services', keepNames: true, cleanDir: true },
  onLog(level, log, report) {
    // What a package can do without.
    if (log.code === 'UNRESOLVED_IMPORT' && log.id?.includes('/node_modules/')) return;
    report(level === 'warn' ? 'error' : level, log);
  },
});
