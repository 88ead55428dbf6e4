import { expect, it } from 'vitest';
import { commandOf, killTree, parentOf } from '../../../dev/airflow/process-tree.ts';
import type { AirflowPlatform } from '../support/airflow-platform.ts';
import { Trial } from '../support/trial.ts';

/** What happens to one task: each to a task of its own, all at once. */
export function describeTasks(given: () => AirflowPlatform): void {
  it('has one run when the worker is killed before it has the answer to its submission', async () => {
    const on = given();
    const lost = on.proxy.loseAnswer('POST', '/api/workflows');
    const trial = await Trial.begin(on, 'answer_lost');
    await lost;
    process.kill(await on.gates.pidOf('answer_lost', 1), 'SIGKILL');
    await trial.becomes('running', 2);
    await trial.release();
    expect(await trial.end('success', 2)).toEqual(['SUCCEEDED']);
  });

  it('takes the result of the run when the worker and its supervisor are lost after its success', async () => {
    const on = given();
    const trial = await Trial.begin(on, 'lost_after_success');
    await trial.release();
    await on.gates.done('lost_after_success');
    const worker = parentOf(await on.gates.pidOf('lost_after_success', 1)) ?? 0;
    expect(commandOf(worker)).toContain('LocalExecutor');
    await killTree(worker);
    expect(await trial.end('success', 2)).toEqual(['SUCCEEDED']);
  });

  it('cancels the run when the deferred task is marked as failed', async () => {
    const trial = await Trial.begin(given(), 'deferred_marked_failed');
    await trial.watched();
    await trial.works();
    await trial.fail();
    expect(await trial.end('failed', 1)).toEqual(['TERMINATED']);
  });

  it('cancels the run when the waiting task is marked as failed', async () => {
    const trial = await Trial.begin(given(), 'running_marked_failed');
    await trial.works();
    await trial.fail();
    expect(await trial.end('failed', 1)).toEqual(['TERMINATED']);
  });

  it('goes on with a new run when the deferred task is cleared, whatever the trigger of before does late', async () => {
    const trial = await Trial.begin(given(), 'deferred_cleared');
    await trial.watched();
    const first = await trial.works();
    await trial.clear();
    const second = await trial.works(2);
    expect(second.id).not.toBe(first.id);
    await trial.logged('invoking on_kill', 1);
    await trial.release();
    expect(await trial.end('success', 2)).toEqual(['TERMINATED', 'SUCCEEDED']);
  });

  it('ends the run and begins another when the waiting task is cleared', async () => {
    const trial = await Trial.begin(given(), 'running_cleared');
    const first = await trial.works();
    await trial.clear();
    const second = await trial.works(2);
    expect(second.id).not.toBe(first.id);
    await trial.release();
    expect(await trial.end('success', 2)).toEqual(['TERMINATED', 'SUCCEEDED']);
  });

  it('works anew when a task is cleared that had succeeded', async () => {
    const trial = await Trial.begin(given(), 'success_cleared');
    await trial.release();
    expect(await trial.end('success', 1)).toEqual(['SUCCEEDED']);
    await trial.clear();
    expect(await trial.end('success', 2)).toEqual(['SUCCEEDED', 'SUCCEEDED']);
  });

  it('leaves the run to its own timeout when the deferral times out', async () => {
    const trial = await Trial.begin(given(), 'deferral_timed_out');
    await trial.becomes('failed', 1);
    const [run] = await trial.runs();
    expect(run?.is_terminal).toBe(false);
    expect(await trial.end('failed', 1)).toEqual(['FAILED']);
    expect((await trial.runs())[0]?.reason?.code).toBe('run_timeout');
  });

  it('goes on with that run in the next try', async () => {
    const trial = await Trial.begin(given(), 'deferral_timed_out_once');
    await trial.watched(2);
    await trial.release();
    expect(await trial.end('success', 2)).toEqual(['SUCCEEDED']);
  });
}
