import { cpus, totalmem } from 'node:os';
import { table } from '../../dev/docs/markdown-table.ts';
import type { Outcome } from './trial.ts';
import type { Fault } from './finding.ts';

export interface Row {
  point: string;
  trials: number;
  lost: number;
  duplicated: number;
  contradictory: number;
  /** Trials that prove nothing: the fault did not happen, or the journey broke off. */
  void: number;
}

/** One row per point, in the order of their first trial. */
export function tabulate(outcomes: Outcome[]): Row[] {
  const points = [...new Set(outcomes.map(({ point }) => point))];
  return points.map((point) => {
    const trials = outcomes.filter((outcome) => outcome.point === point);
    const count = (fault: Fault) => trials.flatMap(({ findings }) => findings).filter((f) => f.fault === fault).length;
    return {
      point,
      trials: trials.length,
      lost: count('lost'),
      duplicated: count('duplicated'),
      contradictory: count('contradictory'),
      void: trials.filter((trial) => trial.void !== undefined).length,
    };
  });
}

const head = ['point', 'trials', 'lost', 'duplicated', 'contradictory'];

/** docs/reliability.md */
export function render(outcomes: Outcome[], command: string, at: Date): string {
  const rows = tabulate(outcomes);
  const sum = (of: (row: Row) => number) => rows.reduce((total, row) => total + of(row), 0);
  const total = (of: (row: Row) => number) => String(sum(of));
  const cells = rows.map((row) => [
    row.point,
    ...[row.trials, row.lost, row.duplicated, row.contradictory].map(String),
  ]);
  const all = ['**all**', total((r) => r.trials), total((r) => r.lost), total((r) => r.duplicated)];
  return `# Reliability

Written by \`${command} REPORT=1\` on ${at.toISOString().slice(0, 10)}, on a machine with ${describeMachine()}. Do not edit.

In each trial a whole platform is broken in one way, on the real PostgreSQL, Ray and MLflow, while clients go through their journeys; they send again what got no answer, under the same idempotency key. Then everything the platform holds is checked.

- **lost**: an accepted request without its run, a run without its end, its \`run.completed\`, its model version or its place in the lineage, an event that somebody did not get.
- **duplicated**: a second run of one request, an attempt too many, a second model version, \`run.completed\`, alias move, lineage node or edge.
- **contradictory**: two ends of one run, a model version of a run that did not succeed, an event that says otherwise than the run, an ended run whose processes live or whom the worker still works on.

Before and after name the two sides of a commit: see \`libs/faults/src/commits.ts\`. They are tried on the embedded bus, with \`FULL=1\` on Kafka too. ${total((r) => r.void)} of ${total((r) => r.trials)} trials proved nothing, because the fault did not happen or the journey broke off${namesOfVoid(rows)}.

${table(head, [...cells, [...all, total((r) => r.contradictory)]], 1).join('\n')}
`;
}

function describeMachine(): string {
  return `${cpus().length} cores, ${Math.round(totalmem() / 1024 ** 3)} GiB`;
}

function namesOfVoid(rows: Row[]): string {
  const names = rows.filter((row) => row.void > 0).map(({ point }) => point);
  return names.length === 0 ? '' : `: ${names.join(', ')}`;
}
