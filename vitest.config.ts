import { defineConfig } from 'vitest/config';
import { InOrder } from './dev/test/in-order.ts';

const withPostgres = './libs/testing/src/postgres.global-setup.ts';
const withKafka = './libs/testing/src/kafka.global-setup.ts';
const withCluster = './libs/testing/src/cluster.global-setup.ts';
const withS3 = './libs/testing/src/s3.global-setup.ts';
const specs = (kind: string) => `{apps,libs,dev,test/faults,test/cluster}/**/*.${kind}`;
const special = ['db', 'kafka', 'python', 's3', 'cluster'].map((kind) => specs(`${kind}.spec.ts`));
const clusterFaults = 'test/cluster/faults.cluster.spec.ts';
const onCluster = { globalSetup: [withCluster], pool: 'forks' as const, testTimeout: 1_200_000, hookTimeout: 600_000 };
const shared = { pool: 'forks' as const, testTimeout: 30_000, hookTimeout: 60_000 };

/** One project per kind of test: a kind is what the tests need, and is the middle part of the file's name. */
export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    maxWorkers: '100%', // They wait for servers more than they compute.
    sequence: { sequencer: InOrder },
    projects: [
      {
        extends: true,
        test: { name: 'unit', include: [specs('spec.ts')], exclude: special, pool: 'forks', testTimeout: 60_000 },
      },
      {
        extends: true,
        test: { ...shared, name: 'database', include: [specs('db.spec.ts')], globalSetup: [withPostgres] },
      },
      {
        extends: true,
        test: { ...shared, name: 'kafka', include: [specs('kafka.spec.ts')], globalSetup: [withPostgres, withKafka] },
      },
      {
        extends: true,
        test: { ...shared, name: 'python', include: [specs('python.spec.ts')], globalSetup: [withPostgres] },
      },
      {
        extends: true,
        test: { ...shared, name: 's3', include: [specs('s3.spec.ts')], globalSetup: [withS3] },
      },
      {
        extends: true,
        test: {
          ...onCluster,
          name: 'cluster',
          include: [specs('cluster.spec.ts')],
          exclude: [clusterFaults],
          maxWorkers: 3, // They wait for pods, of which there may be one node full.
          sequence: { groupOrder: 2 },
        },
      },
      {
        extends: true,
        test: {
          ...onCluster,
          name: 'cluster-faults', // What they break, others need.
          include: [clusterFaults],
          fileParallelism: false,
          sequence: { groupOrder: 3 },
        },
      },
      {
        extends: true,
        test: {
          name: 'airflow',
          include: ['test/airflow/**/*.airflow.spec.ts'],
          pool: 'forks',
          maxConcurrency: 5, // Of the tests of one file, which share an Airflow.
          sequence: { groupOrder: 4 },
          testTimeout: 400_000,
          hookTimeout: 600_000,
        },
      },
      {
        extends: true,
        test: {
          name: 'e2e',
          include: ['test/e2e/**/*.spec.ts'],
          pool: 'forks',
          maxWorkers: 2, // Each has a platform of its own, which waits for a Ray more than it computes.
          sequence: { groupOrder: 1 }, // After all others: they want the cores for themselves.
          testTimeout: 600_000,
          hookTimeout: 600_000,
        },
      },
    ],
  },
});
