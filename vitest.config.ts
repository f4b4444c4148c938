import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Machines are shared and noisy: no test may depend on speed, so the limit only ends a hang.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
  },
});
