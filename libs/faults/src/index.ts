export { commits, moments, type ClusterCall, type Commit, type FaultPoint, type Moment } from './commits.ts';
export { armFaultPoints, committing, faultPoint } from './fault-point.ts';
