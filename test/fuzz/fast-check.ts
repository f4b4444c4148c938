/*
 * What `npm run fuzz` puts in place of fast-check: every property of every test runs for FUZZ_SECONDS, whatever number of
 * runs it asks for.
 */
import fc from 'fast-check';
import type { Parameters } from 'fast-check';

export * from 'fast-check';

const milliseconds = Number(process.env['FUZZ_SECONDS']) * 1000;

/** In place of fast-check's own, which `export *` would hand on. */
export const assert = ((property: fc.IProperty<unknown>, parameters?: Parameters<unknown>) =>
  fc.assert(property, {
    ...parameters,
    numRuns: 1_000_000_000,
    interruptAfterTimeLimit: milliseconds,
  })) as typeof fc.assert;

export default { ...fc, assert };
