import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { cruise, type ICruiseResult } from 'dependency-cruiser';
import { afterEach, expect, it } from 'vitest';
import { directionRules } from './direction-rules.ts';

const roots: string[] = [];
afterEach(() => roots.splice(0).forEach((root) => rmSync(root, { recursive: true })));

const runs = 'apps/api/src/runs';
const registry = 'apps/api/src/registry';

const allowed: [what: string, from: string, to: string][] = [
  ['an app uses a lib through its index', `${runs}/run.service.ts`, 'libs/platform/src/index.ts'],
  ['a feature uses the service of another', `${runs}/run.service.ts`, `${registry}/registry.service.ts`],
  ['a feature names what that service answers', `${runs}/run.service.ts`, `${registry}/domain/model.ts`],
  ['a feature uses a shared folder', `${runs}/run.service.ts`, 'apps/api/src/http/page.ts'],
  ['messaging stands on the database', 'libs/messaging/src/outbox.ts', 'libs/database/src/index.ts'],
  ['a foreign key names the row it refers to', `${runs}/run.entity.ts`, `${registry}/model.entity.ts`],
  ['a spec uses a fixture', `${runs}/run.spec.ts`, `${runs}/run.fixtures.ts`],
  ['a spec starts a server', `${runs}/run.db.spec.ts`, 'libs/testing/src/index.ts'],
];

const forbidden: [rule: string, from: string, to: string][] = [
  ['no-app-to-app', `${runs}/run.service.ts`, 'apps/lineage/src/graph/graph.service.ts'],
  ['no-lib-to-app', 'libs/platform/src/errors.ts', `${runs}/run.service.ts`],
  ['no-app-to-tools', `${runs}/run.service.ts`, 'dev/stack/start.ts'],
  ['testing-only-in-tests', `${runs}/run.service.ts`, 'libs/testing/src/index.ts'],
  ['lib-order-contracts', 'libs/contracts/src/events.ts', 'libs/platform/src/index.ts'],
  ['lib-order-platform', 'libs/platform/src/errors.ts', 'libs/database/src/index.ts'],
  ['lib-order-database', 'libs/database/src/migrate.ts', 'libs/messaging/src/index.ts'],
  ['lib-through-its-index', 'libs/messaging/src/outbox.ts', 'libs/database/src/migrate.ts'],
  ['lib-through-its-index-from-outside', `${runs}/run.service.ts`, 'libs/database/src/migrate.ts'],
  ['lib-through-its-index-from-tools', 'dev/stack/start.ts', 'libs/database/src/migrate.ts'],
  ['domain-without-framework', `${runs}/domain/run.ts`, 'node_modules/@nestjs/common/index.ts'],
  ['domain-without-framework', `${runs}/domain/run.ts`, 'node_modules/typeorm/index.ts'],
  ['domain-without-framework', `${runs}/domain/run.ts`, 'libs/database/src/index.ts'],
  ['feature-through-its-service-api-registry', `${runs}/run.service.ts`, `${registry}/model.repository.ts`],
  ['feature-through-its-service-api-registry', `${runs}/run.service.ts`, `${registry}/model.entity.ts`],
  [
    'feature-through-its-service-api-registry-or-foreign-key',
    `${runs}/run.entity.ts`,
    `${registry}/model.repository.ts`,
  ],
  ['only-tests-import-tests', `${runs}/run.service.ts`, `${runs}/run.fixtures.ts`],
];

it.each(allowed)('%s', async (_what, from, to) => {
  expect(await violations([[from, to]])).toEqual([]);
});

it.each(forbidden)('%s refuses %s -> %s', async (rule, from, to) => {
  expect(await violations([[from, to]])).toContain(rule);
});

it('refuses a cycle', async () => {
  const pair: [string, string] = [`${runs}/run.service.ts`, `${registry}/registry.service.ts`];
  expect(await violations([pair, [pair[1], pair[0]]])).toContain('no-cycle');
});

it('refuses what cannot be resolved', async () => {
  expect(await violations([[`${runs}/run.service.ts`, './nowhere.ts']])).toContain('resolvable');
});

/** The names of the rules that a source tree with just these imports breaks. An import that starts with a dot is written as it is. */
async function violations(imports: [from: string, to: string][]): Promise<string[]> {
  const root = mkdtempSync(join(tmpdir(), 'griffin-direction-'));
  roots.push(root);
  const inTree = (to: string) => !to.startsWith('.');
  for (const feature of [runs, registry]) write(root, `${feature}/feature.module.ts`, '');
  for (const [, to] of imports) if (inTree(to)) write(root, to, 'export {};');
  for (const [from, to] of imports) {
    write(root, from, `import ${JSON.stringify(inTree(to) ? join(root, to) : to)};`);
  }
  const folders = ['apps', 'libs', 'dev'].filter((folder) => imports.flat().some((file) => file.startsWith(folder)));
  const ruleSet = { forbidden: directionRules(root) };
  const result = await cruise(folders, { baseDir: root, ruleSet, validate: true, doNotFollow: 'node_modules' });
  return (result.output as ICruiseResult).summary.violations.map((violation) => violation.rule.name);
}

function write(root: string, file: string, text: string): void {
  mkdirSync(dirname(join(root, file)), { recursive: true });
  writeFileSync(join(root, file), text);
}
