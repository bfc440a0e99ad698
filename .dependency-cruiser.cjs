// The layers of ARCHITECTURE.md ("Rooms") as rules. Imports run downward only; imports of types count like all others, except in circles.
const rooms = ['machine', 'language', 'debug-adapter', 'src', 'cli', 'test'];
const folders = (...names) => `^(${names.join('|')})/`;
const tests = '[.](test|bench)[.]ts$';
/** The two files with which Node starts a worker. In a browser, others take their place. */
const workers = '^(debug-adapter/worker|language/server/main)[.]ts$';

/**
 * Says of one room which of the others it may import.
 * @returns {import('dependency-cruiser').IForbiddenRuleType}
 */
function room(name, mayImport) {
  const others = rooms.filter((other) => other !== name && !mayImport.includes(other));
  const what = mayImport.length > 0 ? `only ${mayImport.join(' and ')}` : 'nothing of ours';
  return { name: `${name}: ${what}`, severity: 'error', from: { path: folders(name) }, to: { path: folders(...others) } };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    room('machine', []),
    room('language', ['machine']),
    room('debug-adapter', ['language', 'machine']),
    room('cli', ['debug-adapter', 'language', 'machine']),
    {
      name: 'src: only the public entry points',
      severity: 'error',
      from: { path: folders('src') },
      to: {
        path: folders('machine', 'language', 'debug-adapter', 'cli', 'test'),
        pathNot: '^(debug-adapter/(index|protocol|transport/connection)|language/index)[.]ts$',
      },
    },
    {
      name: 'vscode: only in src',
      severity: 'error',
      from: { pathNot: ['^src/', '^test/editor/'] },
      to: { path: '(^vscode$|/@types/vscode/|/vscode-languageclient/)' },
    },
    {
      name: 'engine: runs in a browser too, so no built-ins of Node',
      severity: 'error',
      from: { path: folders('machine', 'language', 'debug-adapter'), pathNot: [tests, workers, '[.]node[.]ts$'] },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'engine: files for Node are entered from workers and the command line',
      severity: 'error',
      from: { path: folders('machine', 'language', 'debug-adapter'), pathNot: [tests, workers, '[.]node[.]ts$'] },
      to: { path: '[.]node[.]ts$' },
    },
    { name: 'no tests in the product', severity: 'error', from: { pathNot: [tests, '^test/'] }, to: { path: tests } },
    {
      // Two types may well name each other (a core its machine, a machine its cores); two modules may not need each other to load.
      name: 'no cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    { name: 'no imports that lead nowhere', severity: 'error', from: {}, to: { couldNotResolve: true, pathNot: '^vscode$' } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^test/host/' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node', 'default'] },
  },
};
