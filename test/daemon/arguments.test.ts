import { describe, expect, it } from 'vitest';
import { commandHelp, parseArguments } from '../../src/daemon/arguments.ts';
import type { CommandSpec } from '../../src/daemon/arguments.ts';

const SPEC: CommandSpec = {
  name: 'run',
  summary: 'Run it',
  options: {
    config: { short: 'c', value: 'FILE', help: 'the configuration' },
    output: { short: 'o', value: 'DIR', help: 'where results go' },
    json: { help: 'one object per line' },
    'chunk-size': { value: 'N', help: 'bytes' },
    rcpt: { value: 'ADDR', multiple: true, help: 'a recipient' },
  },
  operands: 'MESSAGE.eml',
  minOperands: 1,
  maxOperands: 2,
};

describe('parseArguments', () => {
  it('reads options in every form', () => {
    const parsed = parseArguments(SPEC, [
      '-cf.toml',
      '--json',
      '--rcpt',
      'a@b',
      'x.eml',
      '--rcpt=c@d',
      '-o',
      '-',
      '--',
      '-y',
    ]);
    expect(parsed.value('config')).toBe('f.toml');
    expect(parsed.flag('json')).toBe(true);
    expect(parsed.flag('output')).toBe(true);
    expect(parsed.value('output')).toBe('-');
    expect(parsed.values('rcpt')).toEqual(['a@b', 'c@d']);
    expect(parsed.value('chunk-size')).toBeUndefined();
    expect(parsed.values('chunk-size')).toEqual([]);
    expect(parsed.operands).toEqual(['x.eml', '-y']);
  });

  it.each([
    [['--chunksize', '5', 'x'], 'run: unknown option --chunksize; did you mean "--chunk-size"?'],
    [['--jsn', 'x'], 'run: unknown option --jsn; did you mean "--json"?'],
    [
      ['-z', 'x'],
      'run: unknown option -z; known are --config, --output, --json, --chunk-size, --rcpt, --help',
    ],
    [
      ['--__proto__', 'x'],
      'run: unknown option --__proto__; known are --config, --output, --json, --chunk-size, --rcpt, --help',
    ],
    [['--json=yes', 'x'], 'run: --json takes no value'],
    [['x', '-o'], 'run: -o needs a value (DIR)'],
    [['x', '--output='], 'run: --output needs a value (DIR)'],
    [['-o', '--json', 'x'], 'run: -o needs a value (DIR)'],
    [['-o', 'a', '--output', 'b', 'x'], 'run: --output is given twice'],
    [[], 'run: MESSAGE.eml is missing'],
    [['a', 'b', 'c'], 'run: unexpected argument "c"'],
  ])('%j', (args, message) => {
    expect(() => parseArguments(SPEC, args)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_USAGE', message }),
    );
  });

  it('wants no operands when help is asked for', () => {
    expect(parseArguments(SPEC, ['-h']).flag('help')).toBe(true);
  });
});

describe('commandHelp', () => {
  it('lists every option', () => {
    const help = commandHelp(SPEC);
    expect(help).toMatch(/^usage: millrace run \[OPTION\]\.\.\. MESSAGE\.eml\n/);
    for (const name of Object.keys(SPEC.options)) expect(help).toContain(`--${name}`);
    expect(help).toContain('-h, --help');
  });
});
