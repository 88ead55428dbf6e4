import Type, { type Static } from 'typebox';
import { Value } from 'typebox/value';
import { callDashboard, type Answer } from './dashboard-call.ts';

const RayJob = Type.Object({
  status: Type.String(),
  message: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  error_type: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  driver_exit_code: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
});
export type RayJob = Static<typeof RayJob>;

export interface RayJobSubmission {
  submissionId: string;
  /** An argument vector; Ray gives it to a shell, so it is quoted. */
  command: readonly string[];
  environment: Record<string, string>;
  metadata: Record<string, string>;
}

/** Ray's Jobs API at one dashboard. Every call throws when the dashboard does not answer as it should. */
export class RayJobs {
  readonly #url: string;

  constructor(dashboardUrl: string) {
    this.#url = `${dashboardUrl}/api/jobs/`;
  }

  /** Null when Ray knows no such job. */
  async get(submissionId: string): Promise<RayJob | null> {
    const answer = await callDashboard('GET', this.#url + submissionId);
    if (answer.status === 404) return null;
    const job: unknown = JSON.parse(successful(answer).body);
    if (!Value.Check(RayJob, job)) throw new Error("Ray's dashboard answered with something that is no job");
    return job;
  }

  /** Fails with HTTP 500 when there is a job of that id: look first. The driver itself needs no CPU of Ray's. */
  async submit({ submissionId, command, environment, metadata }: RayJobSubmission): Promise<void> {
    const answer = await callDashboard('POST', this.#url, {
      submission_id: submissionId,
      entrypoint: command.map(quote).join(' '),
      entrypoint_num_cpus: 0,
      runtime_env: { env_vars: environment },
      metadata,
    });
    successful(answer);
  }

  /** Asks the job to end. Does nothing when it has ended, or never was. */
  async stop(submissionId: string): Promise<void> {
    const answer = await callDashboard('POST', `${this.#url}${submissionId}/stop`);
    if (answer.status !== 404) successful(answer);
  }
}

/** An error answer of Ray is a traceback; its last line says what it is. It may show the request, so no more than that. */
function successful(answer: Answer): Answer {
  if (answer.status < 300) return answer;
  const lastLine = answer.body.trim().split('\n').at(-1) ?? '';
  throw new Error(`Ray's dashboard answered ${answer.status}: ${lastLine.slice(0, 300)}`);
}

/** One word for a POSIX shell, whatever it holds. */
function quote(word: string): string {
  return `'${word.replaceAll("'", `'\\''`)}'`;
}
