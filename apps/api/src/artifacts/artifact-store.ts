export type { ArtifactStore } from '@griffin/platform';

/** Injects the installation's artifact store. */
export const artifactStore = Symbol('artifact store');
