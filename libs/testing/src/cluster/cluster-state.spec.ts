import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clusterStateFile, findCluster } from './cluster-state.ts';

describe('the cluster that tests use', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'griffin-cluster-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is none where none was started and none is named', () => {
    expect(findCluster({ GRIFFIN_STATE_DIR: folder })).toBeUndefined();
  });

  it('is the one that serves from the state folder', () => {
    const state = { kubeconfig: '/k', hostAddress: '10.201.7.1', runtimeImage: 'griffin.local/runtime:1' };
    const file = clusterStateFile({ GRIFFIN_STATE_DIR: folder });
    mkdirSync(dirname(file));
    writeFileSync(file, JSON.stringify(state));
    expect(findCluster({ GRIFFIN_STATE_DIR: folder })).toEqual(state);
  });

  it('is the one that is named before all others', () => {
    const named = { GRIFFIN_STATE_DIR: folder, GRIFFIN_KUBECONFIG: '/k', GRIFFIN_RUNTIME_IMAGE: 'r' };
    expect(findCluster(named)).toEqual({ kubeconfig: '/k', hostAddress: '', runtimeImage: 'r' });
    const reachable = { ...named, GRIFFIN_CLUSTER_HOST_ADDRESS: '172.18.0.1' };
    expect(findCluster(reachable)?.hostAddress).toBe('172.18.0.1');
  });

  it('is not used without an image that its nodes can pull', () => {
    expect(() => findCluster({ GRIFFIN_KUBECONFIG: '/k' })).toThrow('GRIFFIN_RUNTIME_IMAGE');
  });
});
