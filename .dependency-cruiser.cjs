/** The table of docs/architecture.md: who may import whom. A folder imports itself and what is listed here. */
const table = {
  core: [],
  protocol: ['core'],
  coaching: ['core', 'protocol/transcript', 'protocol/session-events', 'protocol/session-review'],
  inference: ['core', 'protocol'],
  agent: ['core', 'protocol', 'coaching'],
  sessions: ['core', 'protocol', 'coaching'],
  'token-service': ['core', 'protocol', 'coaching', 'sessions'],
  gateway: ['core', 'protocol'],
  ops: ['core', 'protocol', 'coaching'],
  web: ['protocol'],
};
const folders = Object.keys(table).join('|');

module.exports = {
  forbidden: [
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: { pathNot: '^web/vite-env' }, to: { couldNotResolve: true } },
    { name: 'no-tests-in-sources', severity: 'error', from: { path: `^(${folders})/` }, to: { path: '^(tests|bench)/' } },
    ...Object.entries(table).map(([folder, allowed]) => ({
      name: `${folder}-imports`,
      severity: 'error',
      from: { path: `^${folder}/` },
      to: { path: `^(${folders})/`, pathNot: `^(${[folder, ...allowed].join('|')})(/|\\.ts$)` },
    })),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|web/dist|coverage|\\.data|bench/results)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default'], extensions: ['.ts', '.tsx', '.js', '.mjs', '.json'] },
  },
};
