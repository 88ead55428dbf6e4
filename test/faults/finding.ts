export type Fault = 'lost' | 'duplicated' | 'contradictory';

/** Something in which the platform did not keep its word. */
export interface Finding {
  fault: Fault;
  what: string;
}
