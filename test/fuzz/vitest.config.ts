import { fileURLToPath } from 'node:url';
import { configDefaults, defineConfig } from 'vitest/config';

/** Longer than any one test here has properties. */
const PROPERTIES = 6;

const seconds = (process.env['FUZZ_SECONDS'] ??= '20');
const wrapper = fileURLToPath(new URL('fast-check.ts', import.meta.url));

/**
 * The long run of the property tests: `FUZZ_SECONDS=60 npm run fuzz [-- FILE...]`, so long for each property. What fails is printed
 * with its seed; test/fuzz/mime takes it back as FUZZ_SEED or FUZZ_CASE.
 */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  plugins: [
    {
      name: 'fuzz',
      enforce: 'pre',
      resolveId: (source, importer) =>
        source === 'fast-check' && importer !== wrapper ? wrapper : undefined,
    },
  ],
  test: {
    include: [
      'test/{fuzz,property,protocol}/**/*.test.ts',
      'test/core/{mime,headers}/**/*.test.ts',
      'test/transforms/footer/**/*.test.ts',
    ],
    // Those have a long run of their own.
    exclude: [...configDefaults.exclude, '**/*.deep.test.ts'],
    testTimeout: Number(seconds) * PROPERTIES * 1000 + 60_000,
    pool: 'forks',
  },
});
