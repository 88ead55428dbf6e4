/** One line of the report. */
export interface Figure {
  what: string;
  figure: string;
  /** Absent: no target is set. */
  target?: { text: string; met: boolean };
}

export interface Measured {
  title: string;
  /** What was done, so that a reader knows what the figures are worth. */
  method: string;
  figures: Figure[];
  /** Why there are no figures. */
  skipped?: string;
}
