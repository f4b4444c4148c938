import { describe, expect, it } from 'vitest';
import { AMBIGUITY_CODES } from '../../../src/core/mime/ambiguity.ts';
import { fuzz, parseCase } from './fuzzer.ts';
import { check } from './properties.ts';

/**
 * The usual run tries so many inputs, always the same ones. `npm run fuzz` tries others for FUZZ_SECONDS; with FUZZ_SEED the
 * ones of an earlier run, and with FUZZ_CASE a single one, both as a failure prints them.
 */
const INPUTS = 260;
const SEED = 20_260_101;
const { FUZZ_SECONDS: seconds, FUZZ_SEED: given, FUZZ_CASE: single } = process.env;
/** Of a run that counts inputs, in ms: it takes seconds, and only a hang is to end it. A long run has its own. */
const USUAL_TIMEOUT = process.env['FUZZ_SECONDS'] === undefined ? 300_000 : undefined;
const seed = given !== undefined ? Number(given) : seconds === undefined ? SEED : Date.now() % 2 ** 32;

describe.runIf(single === undefined)('structures of mail, and what mutation makes of them', () => {
  it(
    `leave as they came in, are read the same in any pieces, and pass all filters (seed ${seed})`,
    async () => {
      const end = performance.now() + Number(seconds) * 1000;
      const goesOn = (inputs: number): boolean =>
        seconds === undefined ? inputs < INPUTS : performance.now() < end;
      const { inputs, kept, features } = await fuzz(seed, goesOn, check);
      if (seconds !== undefined)
        console.log(`seed ${seed}: ${inputs} inputs, ${kept} kept, ${features.size} features`);
      if (inputs < INPUTS) return;
      // What is tried is mail of every kind: without most of the codes, the generator would have come to nothing.
      const reached = AMBIGUITY_CODES.filter((code) => features.has(`told of ${code}`));
      expect(reached.length).toBeGreaterThan(AMBIGUITY_CODES.length * 0.8);
    },
    USUAL_TIMEOUT,
  );
});

describe.runIf(single !== undefined)('a case that a run has printed', () => {
  it('passes', async () => {
    await check(parseCase(single!));
  });
});
