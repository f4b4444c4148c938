import { describe, expect, it } from 'vitest';
import { fuzz, parseCase } from './fuzzer.ts';
import { type Passed, type Try, Violation } from './properties.ts';
import { read } from './reading.ts';
import { shrink } from './shrink.ts';

const passed = ({ input }: Try): Passed => ({
  reading: read(input, [1_000_000]),
  ways: [],
  codes: [],
  outcomes: [],
});

/** The inputs of a run. */
async function inputsOf(seed: number, count: number): Promise<string[]> {
  const inputs: string[] = [];
  await fuzz(
    seed,
    (done) => done < count,
    async (tried) => {
      inputs.push(`${tried.sizes.join()}:${tried.input.toString('base64')}`);
      return passed(tried);
    },
  );
  return inputs;
}

describe('the fuzzer', () => {
  it('makes the same inputs of the same seed, and hardly any twice', async () => {
    const inputs = await inputsOf(1, 150);
    expect(await inputsOf(1, 150)).toEqual(inputs);
    expect((await inputsOf(2, 150)).filter((input) => inputs.includes(input)).length).toBeLessThan(5);
    expect(new Set(inputs).size).toBeGreaterThan(140);
  });

  it('keeps what has reached something new, and only that', async () => {
    const same = passed({ input: Buffer.from('Subject: x\r\n\r\nx\r\n'), sizes: [1] });
    const goesOn = (inputs: number): boolean => inputs < 60;
    expect(await fuzz(1, goesOn, async () => same)).toMatchObject({ inputs: 60, kept: 1 });
    const { kept, features } = await fuzz(1, goesOn, async (tried) => passed(tried));
    expect(kept).toBeGreaterThan(20);
    expect(features.has('multipart multipart/mixed')).toBe(true);
  });

  it('shows the smallest input that fails in the same way, in a form that can be tried again', async () => {
    const check = async (tried: Try): Promise<Passed> => {
      const text = tried.input.toString('latin1');
      // Another failure, nearer and smaller, is not the one that was found.
      if (!text.includes('From')) throw new Violation('other', 'no sender');
      if (text.includes('multipart/') && tried.sizes.length > 1) throw new Violation('wanted', 'a multipart');
      return passed(tried);
    };
    const error: unknown = await fuzz(1, () => true, check).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(Violation);
    const { message } = error as Violation;
    expect(message).toMatch(/seed 1, input \d+/);
    const again = parseCase(/FUZZ_CASE=(\S+)/.exec(message)![1]);
    await expect(check(again)).rejects.toThrow('wanted');
    // The two share a letter.
    expect(again.input.toString('latin1')).toBe('Fromultipart/');
  });
});

describe('an input that fails', () => {
  it('is made smaller by lines, then by bytes', async () => {
    const input = Buffer.from(`${'line\r\n'.repeat(50)}one two\r\n${'line\r\n'.repeat(50)}`);
    let tries = 0;
    const smallest = await shrink(input, async (fewer) => {
      tries++;
      return fewer.includes('o') && fewer.includes('w');
    });
    expect(smallest.toString().length).toBe(2);
    expect(tries).toBeLessThan(100);
  });

  it('stays as it is where nothing can be left out, and after so many tries', async () => {
    const input = Buffer.from('a\nb\nc\n');
    expect((await shrink(input, async () => false)).equals(input)).toBe(true);
    expect((await shrink(input, async () => true, 0)).equals(input)).toBe(true);
  });
});
