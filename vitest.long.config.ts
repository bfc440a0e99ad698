import { configDefaults, defineConfig } from 'vitest/config';

/** Searches and soak tests that take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['{machine,language,debug-adapter,src,cli,test}/**/*.long.test.ts'],
    exclude: [...configDefaults.exclude, 'test/host/**'],
    globalSetup: ['scripts/vitest-setup.mjs'],
    pool: 'threads',
    testTimeout: 1_800_000,
    passWithNoTests: true,
  },
});
