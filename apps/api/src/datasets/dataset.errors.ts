import { ConflictError, NotFoundError } from '@griffin/platform';
import type { DatasetState } from './domain/dataset-state.ts';

export class DatasetUnknown extends NotFoundError {
  constructor(name: string, version: number | null = null) {
    const which =
      version === null ? `training dataset '${name}'` : `version ${version} of the training dataset '${name}'`;
    super('dataset_unknown', `The project has no ${which}.`);
  }
}

/** A generation takes from seconds to hours; asking every few seconds is cheap. */
const later = { retryable: true, retryAfterSeconds: 5 };

export class DatasetNotReady extends ConflictError {
  constructor(reference: string, state: DatasetState) {
    const next = state === 'PENDING' ? 'Wait until it is READY.' : 'Generate another version.';
    super('dataset_not_ready', `The dataset ${reference} is ${state}. ${next}`, state === 'PENDING' ? later : {});
  }
}
