import type { Evidence, RunEvidence } from './evidence.ts';
import type { Fault, Finding } from './finding.ts';
import type { Promised } from './journeys.ts';

const terminal = new Set(['SUCCEEDED', 'FAILED', 'TERMINATED']);

/** Whether the platform kept its word: everything that was accepted is there, once, and nothing says otherwise. */
export function judge(evidence: Evidence, promised: Promised[], expectedDeadLetters: number): Finding[] {
  return [
    ...promised.flatMap((promise) => [...judgePromise(promise, evidence), ...(promise.findings ?? [])]),
    ...evidence.runs.flatMap(judgeRun),
    ...evidence.lineage.flatMap(judgeLineage),
    ...judgeBus(evidence, expectedDeadLetters),
  ];
}

/** Of an accepted request. */
function judgePromise({ key, runId, states, attempts }: Promised, { runs }: Evidence): Finding[] {
  const run = runs.find(({ id }) => id === runId);
  if (!run) return [{ fault: 'lost', what: `run ${runId}, which was accepted` }];
  const findings: Finding[] = [];
  const ofKey = runs.filter(({ name }) => name.includes(key));
  if (ofKey.length > 1) findings.push({ fault: 'duplicated', what: `${ofKey.length} runs of one request` });
  if (terminal.has(run.state) && !states.includes(run.state)) {
    findings.push({ fault: 'contradictory', what: `run ${runId} is ${run.state}, not ${states.join(' or ')}` });
  }
  if (run.attempts > attempts) findings.push({ fault: 'duplicated', what: `${run.attempts} attempts of run ${runId}` });
  return findings;
}

function judgeRun(run: RunEvidence): Finding[] {
  const ends = run.history.filter((state) => terminal.has(state));
  const succeeded = run.state === 'SUCCEEDED';
  const trained = run.kind === 'train' && succeeded;
  const made = run.kind === 'generate-dataset' ? [succeeded ? 'READY' : 'FAILED'] : [];
  const checks: [boolean, Fault, string][] = [
    [!terminal.has(run.state), 'lost', 'has no end'],
    [run.completed.length === 0, 'lost', 'has no run.completed'],
    [run.completed.length > 1, 'duplicated', `has ${run.completed.length} run.completed`],
    [trained && run.models.length === 0, 'lost', 'has no model version'],
    [run.models.length > 1, 'duplicated', `has ${run.models.length} model versions`],
    [!succeeded && run.models.length > 0, 'contradictory', `made a model version, though it is ${run.state}`],
    [run.completed.some((state) => state !== run.state), 'contradictory', `is ${run.state}, but its event disagrees`],
    [ends.length > 1, 'contradictory', `ended ${ends.length} times: ${ends.join(', ')}`],
    [ends.length > 0 && run.history.at(-1) !== ends[0], 'contradictory', 'went on after its end'],
    [
      run.datasets.join() !== made.join(),
      'contradictory',
      `left its dataset version ${run.datasets.join() || 'unmade'}`,
    ],
    [run.workloads > 0, 'contradictory', `ended, but the worker works on ${run.workloads} attempts of it`],
    [
      terminal.has(run.state) && run.resources !== 'released',
      'contradictory',
      `ended, but its resources are ${run.resources}`,
    ],
    [run.processes > 0, 'contradictory', `ended, but ${run.processes} processes of it live`],
  ];
  return checks.filter(([holds]) => holds).map(([, fault, what]) => ({ fault, what: `run ${run.id} ${what}` }));
}

function judgeLineage({ modelId, runId, nodes, edges, distinctEdges }: Evidence['lineage'][number]): Finding[] {
  const ids = nodes.map(({ type, id }) => `${type}:${id}`);
  const needed = [`run:${runId}`, `model-version:${modelId}`];
  const findings: Finding[] = needed
    .filter((node) => !ids.includes(node))
    .map((node) => ({ fault: 'lost', what: `${node} in the lineage of model version ${modelId}` }));
  for (const type of ['dataset', 'architecture']) {
    if (!nodes.some((node) => node.type === type)) {
      findings.push({ fault: 'lost', what: `the ${type} in the lineage of model version ${modelId}` });
    }
  }
  if (new Set(ids).size < ids.length || distinctEdges < edges) {
    findings.push({ fault: 'duplicated', what: `nodes or edges in the lineage of model version ${modelId}` });
  }
  return findings;
}

function judgeBus(evidence: Evidence, expectedDeadLetters: number): Finding[] {
  const { unpublished, publishedTwice, unhandled, deadLetters, repeatedMoves } = evidence;
  const checks: [boolean, Fault, string][] = [
    [unpublished > 0, 'lost', `${unpublished} events are not published`],
    [unhandled > 0, 'lost', `${unhandled} events are not handled`],
    [deadLetters < expectedDeadLetters, 'lost', `${expectedDeadLetters - deadLetters} dead letters`],
    [publishedTwice > 0, 'duplicated', `${publishedTwice} events are in the log twice`],
    [deadLetters > expectedDeadLetters, 'duplicated', `${deadLetters - expectedDeadLetters} dead letters`],
    [repeatedMoves > 0, 'duplicated', `${repeatedMoves} moves of an alias`],
  ];
  return checks.filter(([holds]) => holds).map(([, fault, what]) => ({ fault, what }));
}
