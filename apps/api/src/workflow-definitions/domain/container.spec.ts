import { describe, expect, it } from 'vitest';
import { containerFaults, imagePattern } from './container.ts';

const digest = `sha256:${'0a'.repeat(32)}`;

describe('an image', () => {
  it.each([
    'busybox',
    'busybox:1.36',
    'team/clean__up:v1_2.3-x',
    'registry.example:5000/team/a-b.c/clean:1',
    'localhost:5000/clean',
    `ghcr.io/team/clean@${digest}`,
    `ghcr.io/team/clean:1@${digest}`,
  ])('may be %s', (image) => {
    expect(image).toMatch(imagePattern);
  });

  it.each([
    '',
    'Busybox',
    'busybox:',
    ' busybox',
    'busybox\n',
    'a b',
    '/busybox',
    'a//b',
    'busybox:1:2',
    'busybox@latest',
    'busybox@sha256:0a',
    `busybox@${digest}x`,
    'https://ghcr.io/team/clean',
    'busybox;rm',
    '$(id)',
    '../etc',
  ])('may not be %j', (image) => {
    expect(image).not.toMatch(imagePattern);
  });

  it('is looked at in a moment, however long it is', () => {
    expect(`${'a.'.repeat(250)}!`).not.toMatch(imagePattern);
  });
});

describe('a container', () => {
  const faults = (image: string | null, container?: { image: string }) =>
    containerFaults({ name: 'some', image }, container).map(({ pointer, code }) => `${code} ${pointer}`);

  it('is named where the runtime has no image, and only there', () => {
    expect(faults(null, { image: 'busybox' })).toEqual([]);
    expect(faults('griffin/xgboost:1')).toEqual([]);
    expect(faults(null)).toEqual(['required /container']);
    expect(faults('griffin/xgboost:1', { image: 'busybox' })).toEqual(['container_unsuited /container']);
  });
});
