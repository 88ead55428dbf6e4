export * from './eventually.ts';
export * from './free-port.ts';
export * from './fresh-database.ts';
export * from './kafka/start-kafka.ts';
export * from './postgres/start-postgres.ts';
export * from './process/end-process.ts';
