import { featuresOf } from './features.ts';
import { mutate } from './mutation.ts';
import { type Passed, type Try, Violation } from './properties.ts';
import { Random } from './random.ts';
import { shrink } from './shrink.ts';
import { makeMessage } from './structure.ts';

/** Inputs that are kept; then new ones take the place of old ones. */
const POOL = 4000;

/** What a run has come to. */
export interface FuzzResult {
  readonly inputs: number;
  /** Of those, how many had a feature that none had before, and were mutated further. */
  readonly kept: number;
  readonly features: ReadonlySet<string>;
}

/**
 * Make messages, and mutate those and all that have reached something new, and check each. The sequence follows from the
 * seed alone.
 * @param goesOn asked before each input, with the number of those before it
 * @throws Violation for the first input that fails, made smaller, with what is needed to see it again
 */
export async function fuzz(
  seed: number,
  goesOn: (inputs: number) => boolean,
  check: (tried: Try) => Promise<Passed>,
): Promise<FuzzResult> {
  const random = new Random(seed);
  const pool: Buffer[] = [];
  const features = new Set<string>();
  let [inputs, kept] = [0, 0];
  for (; goesOn(inputs); inputs++) {
    const tried = { input: nextInput(random, pool), sizes: randomSizes(random) };
    let passed: Passed;
    try {
      passed = await check(tried);
    } catch (error) {
      throw await smallest(error, tried, check, `seed ${seed}, input ${inputs}`);
    }
    const { size } = features;
    for (const feature of featuresOf(passed)) features.add(feature);
    if (features.size === size) continue;
    kept++;
    if (pool.length < POOL) pool.push(tried.input);
    else pool[random.below(POOL)] = tried.input;
  }
  return { inputs, kept, features };
}

function nextInput(random: Random, pool: readonly Buffer[]): Buffer {
  if (pool.length < 10 || random.chance(25)) return makeMessage(random);
  const input = random.chance(15) ? makeMessage(random) : random.pick(pool);
  return mutate(random, input, random.pick(pool));
}

function randomSizes(random: Random): number[] {
  const largest = random.pick([3, 20, 90, 1200]);
  return Array.from({ length: 1 + random.below(6) }, () => 1 + random.below(largest));
}

/** What failed, again with the smallest input that fails in the same way. */
async function smallest(
  error: unknown,
  { input, sizes }: Try,
  check: (tried: Try) => Promise<Passed>,
  where: string,
): Promise<Error> {
  let last = error;
  // To make it smaller may take longer than there is time.
  console.error(`${where}: ${propertyOf(error)}\nFUZZ_CASE=${sizes.join()}:${input.toString('base64')}`);
  const small = await shrink(input, async (fewer) => {
    try {
      await check({ input: fewer, sizes });
      return false;
    } catch (again) {
      const isSame = propertyOf(again) === propertyOf(error);
      if (isSame) last = again;
      return isSame;
    }
  });
  const text = [
    last instanceof Error ? last.message : String(last),
    JSON.stringify(small.toString('latin1')),
    `${where}; the smallest input that fails, by itself:`,
    `FUZZ_CASE=${sizes.join()}:${small.toString('base64')} npm run fuzz -- test/fuzz/mime`,
  ];
  return new Violation('found', text.join('\n'), { cause: last });
}

function propertyOf(error: unknown): string {
  return error instanceof Violation ? error.property : String(error).slice(0, 40);
}

/** A try as {@link fuzz} prints it. */
export function parseCase(text: string): Try {
  const [sizes, base64 = ''] = text.split(':');
  return { input: Buffer.from(base64, 'base64'), sizes: sizes.split(',').map(Number) };
}
