/** PENDING while its run goes on, then READY or FAILED for good, as the run ended. */
export const DatasetState = { Pending: 'PENDING', Ready: 'READY', Failed: 'FAILED' } as const;
export type DatasetState = (typeof DatasetState)[keyof typeof DatasetState];
