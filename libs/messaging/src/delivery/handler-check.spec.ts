import type { EventType } from '@griffin/contracts';
import { expect, it } from 'vitest';
import { checkHandlers } from './handler-check.ts';

const topics: EventType[] = ['cluster.ready', 'attempt.finished'];
const check = (handlers: Record<string, number>, ignores: EventType[] = []) =>
  checkHandlers({ service: 'api', topics, ignores, handlers: new Map(Object.entries(handlers)) });

it('is content when each type is handled once or ignored', () => {
  expect(() => check({ 'cluster.ready': 1, 'attempt.finished': 1 })).not.toThrow();
  expect(() => check({ 'cluster.ready': 1 }, ['attempt.finished'])).not.toThrow();
});

it.each([
  ['no handler', { 'cluster.ready': 1 }, [], /attempt\.finished has no handler/],
  ['two handlers', { 'cluster.ready': 2, 'attempt.finished': 1 }, [], /cluster\.ready has 2 handlers/],
  ['handled and ignored', { 'cluster.ready': 1, 'attempt.finished': 1 }, ['cluster.ready'], /cluster\.ready .*ignores/],
  [
    'another’s topic',
    { 'cluster.ready': 1, 'attempt.finished': 1, 'run.completed': 1 },
    [],
    /run\.completed .*not consume/,
  ],
] satisfies [string, Record<string, number>, EventType[], RegExp][])(
  'refuses %s by name',
  (_, handlers, ignores, says) => {
    expect(() => check(handlers, ignores)).toThrow(says);
  },
);

it('names all faults at once, and the service', () => {
  expect(() => check({})).toThrow(/handlers of api[^]*cluster\.ready[^]*attempt\.finished/);
});
