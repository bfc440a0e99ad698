import { configDefaults, defineConfig } from 'vitest/config';

/** Unit, property and protocol tests. `*.long.test.ts` belong to `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['{machine,language,debug-adapter,src,cli,scripts,test}/**/*.test.ts'],
    exclude: [...configDefaults.exclude, 'test/editor/**', 'test/e2e/**', 'test/host/**', '**/*.long.test.ts'],
    globalSetup: ['scripts/vitest-setup.mjs'],
    pool: 'threads',
    // Files share their thread's modules: the parser and the checked library are made once, not once a file (a third of the time).
    isolate: false,
    testTimeout: 30_000,
    coverage: {
      provider: 'v8',
      include: ['{machine,language,debug-adapter,src,cli}/**/*.ts'],
      exclude: ['**/*.test.ts', '**/generated/**'],
    },
    passWithNoTests: false,
  },
});
