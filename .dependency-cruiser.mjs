import { directionRules } from './dev/lint/direction-rules.ts';

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: directionRules(import.meta.dirname),
  options: {
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { conditionNames: ['import', 'node', 'types', 'default'], exportsFields: ['exports'] },
  },
};
