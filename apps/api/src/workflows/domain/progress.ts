/** How far the current attempt has come, as its runtime tells. For people to look at: nothing is decided by it. */
export interface Progress {
  phase?: string;
  /** Between 0 and 1. */
  fraction?: number;
  message?: string;
  metrics?: Record<string, number>;
}
