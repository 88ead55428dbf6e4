import { collectEvidence } from './evidence.ts';
import type { Promised } from './journeys.ts';
import type { FaultPlatform } from './platform.ts';
import type { Random } from './random.ts';
import type { Finding } from './finding.ts';
import { judge } from './verdict.ts';

/** How a suite of trials is to be run. */
export interface Suite {
  random: Random;
  /** How often each is done. */
  rounds: number;
  tell: (outcome: Outcome) => void;
  /** Whether a trial of this name is asked for. */
  wanted: (name: string) => boolean;
}

/** What one trial found. */
export interface Outcome {
  /** Groups trials into the rows of the report. */
  point: string;
  findings: Finding[];
  /** Why the trial proves nothing: the fault did not happen, or the journey broke off. */
  void?: string;
  seconds: number;
}

/** Judges a platform again and again; what was found once is not told a second time. */
export class Trials {
  readonly #platform: FaultPlatform;
  readonly #known = new Set<string>();
  #expectedDeadLetters = 0;

  constructor(platform: FaultPlatform) {
    this.#platform = platform;
  }

  /** Runs `work`, which does the harm and gives what was promised on the way; then judges everything there is. */
  async try(point: string, work: () => Promise<Promised[]>, { deadLetters = 0 } = {}): Promise<Outcome> {
    const startedAt = Date.now();
    this.#expectedDeadLetters += deadLetters;
    let promised: Promised[] = [];
    let failure: string | undefined;
    try {
      promised = await work();
    } catch (error) {
      failure = error instanceof Error ? error.message : String(error);
    }
    const findings = judge(
      await collectEvidence(this.#platform, this.#expectedDeadLetters),
      promised,
      this.#expectedDeadLetters,
    );
    const fresh = findings.filter(({ what }) => !this.#known.has(what));
    for (const { what } of fresh) this.#known.add(what);
    const seconds = Math.round((Date.now() - startedAt) / 100) / 10;
    return { point, findings: fresh, seconds, ...(failure !== undefined && { void: failure }) };
  }
}
