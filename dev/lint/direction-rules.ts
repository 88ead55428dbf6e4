import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { IForbiddenRuleType } from 'dependency-cruiser';

/** Which libs a lib may import. Every other pair of libs is forbidden. */
const libsBelow: Record<string, string[]> = {
  contracts: [],
  faults: [],
  database: ['contracts', 'faults'],
  platform: ['contracts', 'faults'],
  messaging: ['contracts', 'faults', 'database', 'platform'],
  testing: ['contracts', 'faults', 'database', 'platform', 'messaging'],
};

const frameworks = [
  '@nestjs/',
  'typeorm/',
  'pg/',
  'kafkajs/',
  '@kubernetes/',
  'fastify/',
  'class-validator/',
  'class-transformer/',
];
const entry = String.raw`^libs/[^/]+/src/index\.ts$`;
const decoratorFree = [String.raw`^libs/database/src/(prepare-server|service-role)\.ts$`];
const entities = String.raw`[^/]*\.entity\.ts$`;
/** Specs, and what only specs use. */
const tests = String.raw`\.(spec|fixtures?|fake)\.ts$`;

/**
 * The direction of imports as dependency-cruiser rules, for the source tree under `root`.
 * `root` is read to know an app's features: a folder with a module is one, a folder without is shared by the app's features.
 */
export function directionRules(root: string): IForbiddenRuleType[] {
  return [...generalRules(), ...layerRules(), ...libRules(), ...featureRules(root)];
}

function generalRules(): IForbiddenRuleType[] {
  return [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-development-dependency-in-production',
      severity: 'error',
      from: { path: '^(apps|libs/(?!testing/))', pathNot: tests },
      to: { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    },
    { name: 'only-tests-import-tests', severity: 'error', from: { pathNot: tests }, to: { path: tests } },
  ];
}

function layerRules(): IForbiddenRuleType[] {
  return [
    {
      name: 'no-app-to-app',
      severity: 'error',
      from: { path: '^apps/([^/]+)/' },
      to: { path: '^apps/', pathNot: '^apps/$1/' },
    },
    { name: 'no-lib-to-app', severity: 'error', from: { path: '^libs/' }, to: { path: '^(apps|dev|deploy|test)/' } },
    { name: 'no-app-to-tools', severity: 'error', from: { path: '^apps/' }, to: { path: '^(dev|deploy|test)/' } },
    {
      name: 'testing-only-in-tests',
      severity: 'error',
      from: { path: '^(apps|libs/(?!testing/))', pathNot: tests },
      to: { path: '^libs/testing/' },
    },
    {
      name: 'domain-without-framework',
      severity: 'error',
      from: { path: '/domain/', pathNot: tests },
      to: { path: [`node_modules/(${frameworks.join('|')})`, '^libs/(database|messaging)/'] },
    },
  ];
}

function libRules(): IForbiddenRuleType[] {
  const order = Object.entries(libsBelow).map(([lib, below]): IForbiddenRuleType => {
    const allowed = [lib, ...below].join('|');
    return {
      name: `lib-order-${lib}`,
      severity: 'error',
      from: { path: `^libs/${lib}/`, pathNot: tests },
      to: { path: '^libs/', pathNot: `^libs/(${allowed})/` },
    };
  });
  return [
    ...order,
    {
      name: 'lib-through-its-index',
      severity: 'error',
      from: { path: '^libs/(?!testing/)([^/]+)/' },
      to: { path: '^libs/', pathNot: ['^libs/$1/', entry] },
    },
    {
      name: 'lib-through-its-index-from-outside',
      severity: 'error',
      from: { path: '^(apps|test)/' },
      to: { path: '^libs/', pathNot: entry },
    },
    {
      name: 'lib-through-its-index-from-tools',
      severity: 'error',
      comment: 'Node runs these files as they are, so they cannot load an index that has decorators behind it.',
      from: { path: '^(dev|deploy|libs/testing)/' },
      to: { path: '^libs/(?!testing/)', pathNot: [entry, ...decoratorFree] },
    },
  ];
}

function featureRules(root: string): IForbiddenRuleType[] {
  return featureFolders(root).flatMap((feature) => {
    const inside = `^apps/${feature}/`;
    const name = `feature-through-its-service-${feature.replace('/src/', '-')}`;
    const outside = `^apps/${appOf(feature)}/src/[^/]+/`;
    const open = [String.raw`\.(module|service)\.ts$`, '/domain/'];
    return [
      {
        name,
        severity: 'error',
        comment: `Other folders meet ${feature} through its module, its service and its plain domain words.`,
        from: { path: outside, pathNot: [inside, tests, entities] },
        to: { path: inside, pathNot: open },
      },
      {
        name: `${name}-or-foreign-key`,
        severity: 'error',
        comment: 'An entity may name the entity that its foreign key refers to.',
        from: { path: `${outside}.*${entities}`, pathNot: inside },
        to: { path: inside, pathNot: [...open, entities] },
      },
    ];
  });
}

const appOf = (feature: string) => feature.slice(0, feature.indexOf('/'));

/** `<app>/src/<folder>` for every folder with a Nest module of its own. */
function featureFolders(root: string): string[] {
  return subfolders(join(root, 'apps')).flatMap((app) =>
    subfolders(join(root, 'apps', app, 'src'))
      .filter((folder) => hasModule(join(root, 'apps', app, 'src', folder)))
      .map((folder) => `${app}/src/${folder}`),
  );
}

function subfolders(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((child) => child.isDirectory())
    .map((child) => child.name);
}

const hasModule = (folder: string) => readdirSync(folder).some((file) => file.endsWith('.module.ts'));
