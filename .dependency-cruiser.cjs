/** Imports point downwards only: see docs/architecture.md. */
const layers = [
  'src/apimachinery',
  'src/apis',
  'src/storage',
  'src/registry',
  ['src/apiserver', 'src/controllers', 'src/scheduler', 'src/kubelet', 'src/network'],
  'src/tenancy',
  'src/worker.ts',
];
const names = layers.map((layer) => [layer].flat());
const tests = '\\.test\\.ts$|/testing\\.ts$|/arbitrary\\.ts$';

module.exports = {
  forbidden: [
    ...names.flatMap((layer, index) =>
      layer.map((from) => ({
        name: `${from} imports downwards`,
        severity: 'error',
        from: { path: `^${from}(/|$)`, pathNot: tests },
        to: {
          path: `^(${[...layer.filter((other) => other !== from), ...names.slice(index + 1).flat()].join('|') || 'nothing'})(/|$)`,
        },
      })),
    ),
    { name: 'no cycles', severity: 'error', from: { path: '^src' }, to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } } },
    {
      name: 'the worker has no Node built-ins',
      severity: 'error',
      from: { path: '^src', pathNot: tests },
      to: { dependencyTypes: ['core'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'] },
  },
};
