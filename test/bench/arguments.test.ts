import { describe, expect, it } from 'vitest';
import { helpText, parseBenchArguments } from '../../bench/arguments.ts';
import { BENCHES, GROUPS, selectBenches } from '../../bench/catalogue.ts';

const known = [...GROUPS, ...BENCHES.map(({ name }) => name)];
const parse = (...args: string[]) => parseBenchArguments(args, known);

describe('the command line of the bench', () => {
  it('takes names and options in any order', () => {
    expect(parse('scanner-1m', '--quick', '--json', 'out.json', 'memory', '--rounds', '7')).toMatchObject({
      names: ['scanner-1m', 'memory'],
      isQuick: true,
      isGate: false,
      json: 'out.json',
      compare: undefined,
      rounds: 7,
      report: 'bench/report.html',
    });
  });

  it.each<[string[], RegExp]>([
    [['scaner-1m'], /unknown bench "scaner-1m"; did you mean "scanner-1m"\?/],
    [['zzzzzzzzzzzzzzzz'], /unknown bench .*; known are .*sessions/],
    [['--quik'], /unknown option --quik; did you mean "--quick"\?/],
    [['--json'], /--json needs a value/],
    [['--rounds', '0'], /1 to 100, not "0"/],
    [['--rounds', '2.5'], /1 to 100/],
    [['--rounds', '101'], /1 to 100/],
    [['--gate', 'frames'], /takes no names/],
    [['--report', 'report.txt'], /\.html/],
  ])('%j is an error with one line', (args, message) => {
    expect(() => parse(...args)).toThrow(message);
    expect(() => parse(...args)).toThrow(expect.objectContaining({ code: 'MILLRACE_USAGE' }));
  });

  it('explains every option', () => {
    for (const name of ['--quick', '--json FILE', '--compare FILE', '--list', '--gate', '--rounds N'])
      expect(helpText()).toContain(name);
  });
});

describe('the catalogue', () => {
  it('has one bench of a name, and no group of the same', () => {
    expect(new Set(known).size).toBe(known.length);
  });

  it('selects by bench and by group, each once', () => {
    const names = selectBenches(['unix-2k-c1', 'sessions'], true).map(({ name }) => name);
    expect(names.filter((name) => name === 'unix-2k-c1')).toHaveLength(1);
    expect(names).toContain('unix-200m-c1');
    expect(names).not.toContain('frames');
  });

  it('leaves out what takes long when it is to be quick, unless that is named', () => {
    const quick = selectBenches([], true).map(({ name }) => name);
    expect(quick).not.toContain('memory-1g');
    expect(selectBenches([], false).map(({ name }) => name)).toContain('memory-1g');
    expect(selectBenches(['memory-1g'], true)).toHaveLength(1);
  });
});
