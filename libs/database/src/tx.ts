import type { EntityManager } from 'typeorm';

/** A transaction in progress, or the pool for single reads. Repositories take it as their first argument, always. */
export type Tx = EntityManager;
