import { configDefaults, defineConfig } from 'vitest/config';

/** Reads how much memory a process takes, and that depends on how much else the machine has to do. */
const ALONE = 'test/integration/memory.test.ts';

export default defineConfig({
  test: {
    // Machines are shared and noisy: no test may depend on speed, so the limit only ends a hang.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    pool: 'forks',
    projects: [
      {
        extends: true,
        test: { name: 'all', include: ['test/**/*.test.ts'], exclude: [...configDefaults.exclude, ALONE] },
      },
      { extends: true, test: { name: 'alone', include: [ALONE], sequence: { groupOrder: 1 } } },
    ],
  },
});
