import type { ClusterState } from '../../../libs/testing/src/index.ts';

/** Enough for a program that computes nothing. */
export const smallContainer = { workers: 0, cpu: 0.25, gpu: 0, gpu_type: null, memory_gib: 0.25, ssd_gib: 0 };

/** A definition whose runs are a program in Python, in one container. */
export function ownImage({ runtimeImage: image }: ClusterState, name: string, program: string, args: string[] = []) {
  const container = { image, command: ['python', '-c', program], args };
  return { name, stage: 'prototype', kind: 'custom', runtime: 'container', container };
}
