/** Who is to hear something each second, and has not for so long, stood still, or its clock was set. */
const longestPauseSeconds = 15;

/** For how long, without a break, something could have been heard here. */
export class Listening {
  private span: { since: Date; last: Date } | undefined;

  /** Says that listening was possible at that time, and gives the whole seconds since it first was. */
  heard(at: Date): number {
    const { since, last } = this.span ?? { since: at, last: at };
    const paused = secondsBetween(last, at);
    const isBroken = paused < 0 || paused > longestPauseSeconds;
    this.span = { since: isBroken ? at : since, last: at };
    return Math.floor(secondsBetween(this.span.since, at));
  }

  /** Says that it was not possible: it begins anew. */
  lost(): void {
    this.span = undefined;
  }
}

const secondsBetween = (from: Date, to: Date) => (to.getTime() - from.getTime()) / 1000;
