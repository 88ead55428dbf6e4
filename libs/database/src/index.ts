export * from './database.module.ts';
export * from './database.ts';
export * from './migrate.ts';
export * from './prepare-server.ts';
export * from './schema-drift.ts';
export * from './service-data-source.ts';
export * from './service-role.ts';
