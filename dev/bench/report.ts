import { table } from '../docs/markdown-table.ts';
import type { Figure, Measured } from './figure.ts';

export interface Report {
  title: string;
  /** What writes it. */
  command: string;
  date: Date;
  scale: string;
  machine: [name: string, value: string][];
  /** The load average before the first measure, which the bench did not cause. */
  load: number;
  measured: Measured[];
}

/** The report as Markdown. */
export function render({ title, command, date, scale, machine, load, measured }: Report): string {
  const missed = measured.flatMap((one) =>
    one.figures
      .filter(({ target }) => target && !target.met)
      .map((figure) => `- ${one.title}, ${figure.what}: ${said(figure)}`),
  );
  const skipped = measured.filter((one) => one.skipped !== undefined).map((one) => `- ${one.title}: ${one.skipped}`);
  const verdict =
    missed.length > 0 ? ['These targets were missed:', '', ...missed] : ['Every target that was measured was met.'];
  return [
    `# ${title}`,
    '',
    `Written by \`${command}\` on ${date.toISOString().slice(0, 10)}, scale \`${scale}\`. Ratios compare two things of one run ` +
      'in turns; absolute figures depend on the machine and on what else it did.',
    '',
    ...verdict,
    ...(skipped.length > 0 ? ['', 'These were not measured:', '', ...skipped] : []),
    '',
    '## The machine',
    '',
    ...table(['what', 'is'], [...machine, ['Load average before the run', load.toFixed(2)]]),
    ...measured.filter((one) => one.skipped === undefined).flatMap(section),
    '',
  ].join('\n');
}

function section({ title, method, figures }: Measured): string[] {
  const rows = figures.map(({ what, figure, target }) => [
    what,
    figure,
    target ? `${target.text}: ${verdictOf(target)}` : '',
  ]);
  return ['', `## ${title}`, '', method, '', ...table(['what', 'figure', 'target'], rows)];
}

const verdictOf = ({ met }: { met: boolean }) => (met ? 'met' : '**missed**');

const said = ({ figure, target }: Figure) => `${figure}, where the target is ${target?.text}`;
