import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

process.env['MILLRACE_DEEP'] = '1';

/**
 * The long run of the tests that try a sample in the usual one: `npm run test:deep [-- FILE...]`. All of the corpus, all
 * hostile messages, full sizes.
 */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/**/*.deep.test.ts'],
    testTimeout: 3_600_000,
    hookTimeout: 600_000,
    pool: 'forks',
    // Figures of speed and of memory are compared: one file at a time.
    fileParallelism: false,
  },
});
