import { describe, expect, it } from 'vitest';
import { faultOf, judge, readBudget, valuesFor } from '../../bench/budget.ts';
import type { BudgetLine } from '../../bench/budget.ts';
import { BENCHES } from '../../bench/catalogue.ts';
import { contendersOf, gateLine, isShut, wantsMoreRounds } from '../../bench/gate.ts';
import type { RowResult } from '../../bench/result.ts';

const rate: BudgetLine = {
  what: 'messages/s',
  bench: 'some',
  measure: 'messagesPerSecond',
  against: 'libmilter',
  atLeast: 1,
  goal: 2,
};
const cpu: BudgetLine = {
  ...rate,
  what: 'CPU',
  measure: 'cpuPerMessage',
  atLeast: undefined,
  atMost: 1,
  goal: 0.5,
};

describe('bench/budget.json', () => {
  const lines = readBudget();

  it.each(lines.map((line) => [`${line.bench}, ${line.measure}`, line] as const))(
    '%s is a sound line',
    (_, line) => {
      expect(faultOf(line)).toBeUndefined();
      expect(BENCHES.map(({ name }) => name)).toContain(line.bench);
    },
  );

  it('has something for the gate', () => {
    expect(lines.filter(({ gate }) => gate === true).length).toBeGreaterThan(5);
  });

  it.each<[string, Partial<BudgetLine>, RegExp]>([
    ['an absolute time', { measure: 'latencyP99', against: undefined }, /compared/],
    ['an absolute rate', { against: undefined }, /compared/],
    ['two bounds', { atMost: 3 }, /one of/],
    ['no bound', { atLeast: undefined }, /one of/],
    ['a goal below the bound', { goal: 0.5 }, /weaker/],
  ])('may not have %s', (_, wrong, fault) => {
    expect(faultOf({ ...rate, ...wrong })).toMatch(fault);
  });
});

describe('a judgement', () => {
  it.each<[BudgetLine, number[], string, boolean | undefined]>([
    [rate, [1.1, 1.2, 0.6], 'met', false],
    [rate, [2.1, 2.2, 0.6], 'met', true],
    // Three quarters of the rounds must agree before something is called missed.
    [rate, [0.9, 0.8, 1.3, 0.7, 0.6], 'missed', false],
    [rate, [0.9, 0.8, 1.3, 0.7, 1.2], 'unclear', false],
    [rate, [0.2, 0.2], 'unclear', false],
    [rate, [], 'unmeasured', undefined],
    [rate, [NaN, Infinity], 'unmeasured', undefined],
    [cpu, [0.9, 1.2, 0.8], 'met', false],
    [cpu, [0.4, 0.4, 3], 'met', true],
    [cpu, [1.2, 1.3, 1.1], 'missed', false],
    [cpu, [1.2, 0.9, 1.3, 0.8, 1.4], 'unclear', false],
  ])('%o of %o is %s', (line, values, verdict, isGoalMet) => {
    const judgement = judge(line, values);
    expect(judgement.verdict).toBe(verdict);
    expect(judgement.isGoalMet).toBe(isGoalMet);
    expect(gateLine(judgement)).toContain(line.what);
  });
});

describe('the gate', () => {
  const missed = judge(rate, [0.5, 0.5, 0.5]);
  const unclear = judge(cpu, [1.2, 0.9, 1.3, 0.8, 1.4]);
  const met = judge(rate, [3, 3, 3]);
  const unmeasured = judge(rate, []);

  it('wants three rounds, and more only where something is not met', () => {
    expect(wantsMoreRounds(2, [met])).toBe(true);
    expect(wantsMoreRounds(3, [met])).toBe(false);
    expect(wantsMoreRounds(3, [met, unclear])).toBe(true);
    expect(wantsMoreRounds(3, [missed])).toBe(true);
    expect(wantsMoreRounds(12, [missed, unclear])).toBe(false);
  });

  it('is shut by what is clearly below only, and by what is missing where all must be there', () => {
    expect(isShut([met, unclear, unmeasured], false)).toBe(false);
    expect(isShut([met, missed], false)).toBe(true);
    expect(isShut([met, unmeasured], true)).toBe(true);
    expect(isShut([met, unclear], true)).toBe(false);
  });

  it('lets only those play that its lines name', () => {
    expect(contendersOf([rate, { ...rate, of: 'nothing', against: undefined }])).toEqual(
      new Set(['millrace', 'libmilter', 'nothing']),
    );
  });
});

describe('the values of a line', () => {
  const row: RowResult = {
    name: 'some',
    group: 'sessions',
    title: '',
    sizes: '',
    skipped: [],
    contenders: [
      { name: 'millrace', title: '', rounds: [{ messagesPerSecond: 10 }, { messagesPerSecond: 30 }] },
      { name: 'libmilter', title: '', rounds: [{ messagesPerSecond: 5 }, { messagesPerSecond: 10 }] },
    ],
  };

  it('are the ratios of the rounds', () => {
    expect(valuesFor(rate, { row })).toEqual([2, 3]);
    expect(valuesFor({ ...rate, against: 'pymilter' }, { row })).toEqual([]);
    expect(valuesFor({ ...rate, against: undefined }, { row })).toEqual([10, 30]);
  });

  it('are the exponents of the rounds of what grows', () => {
    const points = [1, 2, 4].map((size) => ({ size, costs: [size, size * size] }));
    const scaling = {
      name: 'some',
      title: '',
      what: '',
      points,
      exponent: 1,
      upperExponent: 1,
      isLinear: true,
      peakMemory: 0,
    };
    const values = valuesFor({ ...rate, measure: 'exponent', against: undefined }, { scaling });
    expect(values[0]).toBeCloseTo(1);
    expect(values[1]).toBeCloseTo(2);
  });
});
