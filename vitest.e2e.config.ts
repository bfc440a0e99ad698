import { defineConfig } from 'vitest/config';

/** The packaged extension in a served VS Code, driven by mouse and keyboard. One file at a time: two workbenches would starve two cores. */
export default defineConfig({
  test: {
    include: ['test/e2e/**/*.e2e.ts'],
    globalSetup: ['test/e2e/server.ts'],
    pool: 'forks',
    fileParallelism: false,
    testTimeout: 90_000,
    hookTimeout: 60_000,
  },
});
