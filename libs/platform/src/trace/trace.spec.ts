import { expect, it } from 'vitest';
import { activeTrace, currentTrace, traceIdOf, withTrace } from './trace.ts';

const parent = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

it('outside of any work, each look starts a trace', () => {
  expect(activeTrace()).toBeUndefined();
  expect(currentTrace().traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
  expect(traceIdOf(currentTrace())).not.toBe(traceIdOf(currentTrace()));
});

it('work under a parent has a span of its own in the parent’s trace, across awaits', async () => {
  await withTrace({ traceparent: parent }, async () => {
    const before = currentTrace();
    await new Promise((resolve) => setTimeout(resolve, 1));
    expect(currentTrace()).toEqual(before);
    expect(traceIdOf(before)).toBe(traceIdOf({ traceparent: parent }));
    expect(before.traceparent).not.toBe(parent);
  });
});

it('naming the run keeps the trace, and ends with the work', () => {
  withTrace({ traceparent: parent }, () => {
    const { traceparent } = currentTrace();
    withTrace({ runId: 'run-1' }, () => expect(currentTrace()).toEqual({ traceparent, runId: 'run-1' }));
    expect(currentTrace()).toEqual({ traceparent });
  });
});

it.each(['', 'abc', parent.toUpperCase(), parent.replace(/-[0-9a-f]{32}-/, `-${'0'.repeat(32)}-`), `${parent}-more`])(
  'a malformed parent starts a new trace: %s',
  (traceparent) => {
    withTrace({ traceparent }, () => {
      expect(currentTrace().traceparent).toMatch(/^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/);
      expect(currentTrace().traceparent).not.toContain('4bf92f3577b34da6');
    });
  },
);
