import { configDefaults, defineConfig } from 'vitest/config';

/** The property tests with many more cases, and soak tests that take minutes: `npm run test:long`. */
export default defineConfig({
  test: {
    include: ['{machine,language,debug-adapter,src,cli,test}/**/*.{property,long}.test.ts'],
    exclude: [...configDefaults.exclude, 'test/host/**'],
    globalSetup: ['scripts/vitest-setup.mjs'],
    pool: 'threads',
    testTimeout: 1_800_000,
    env: { WORLDSTEP_EFFORT: '30' },
  },
});
