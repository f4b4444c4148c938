import { describe, expect, it } from 'vitest';
import { joinMacros, Macros, splitMacros } from '../../src/protocol/macros.ts';

const code = (letter: string) => letter.charCodeAt(0);

/** A packet, somewhere in a buffer. */
function put(all: Macros, letter: string, raw: string): void {
  const buffer = Buffer.from(`before${raw}behind`, 'latin1');
  all.set(code(letter), buffer, 'before'.length, 'before'.length + raw.length);
}

function macros(...packets: Array<[string, string]>): Macros {
  const all = new Macros();
  for (const [letter, raw] of packets) put(all, letter, raw);
  return all;
}

describe('look-up', () => {
  it('goes from the latest stage to the earliest', () => {
    const stages = ['C', 'H', 'M', 'R', 'T', 'N', 'E'];
    const all = new Macros();
    for (const letter of stages) {
      put(all, letter, `who\0${letter}\0`);
      expect(all.get('who')).toBe(letter);
    }
    put(all, 'E', '');
    expect(all.get('who')).toBe('N');
  });

  it('has the last of several packets of a stage, also where they differ in one byte', () => {
    const long = 'x'.repeat(60);
    for (const [one, other] of [
      ['a\0b\0', 'a\0c\0'],
      [`a\0${long}b\0`, `a\0${long}c\0`],
      ['a\0\xe9\0', 'a\0\xe8\0'],
    ]) {
      for (const packets of [
        [one, other],
        [one, one, other],
        [one, '', other],
      ]) {
        const all = macros(...packets.map((raw): [string, string] => ['N', raw]));
        expect(all.stage('endOfHeaders')).toEqual(splitMacros(other));
      }
    }
  });

  it('is the same with and without braces', () => {
    const all = macros(['M', 'i\0Q1\0{auth_authen}\0me\0{x}\0\0']);
    expect([all.get('i'), all.get('{i}'), all.get('auth_authen'), all.get('{auth_authen}')]).toEqual([
      'Q1',
      'Q1',
      'me',
      'me',
    ]);
    expect(all.get('x')).toBe('');
    expect([all.get('auth'), all.get('{auth_authe}'), all.get(''), all.get('Q1')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('is safe for any name', () => {
    const all = macros(['C', '{__proto__}\0evil\0constructor\0x\0']);
    expect([all.get('__proto__'), all.get('constructor'), all.get('toString')]).toEqual([
      'evil',
      'x',
      undefined,
    ]);
    expect(all.stage('connect').get('__proto__')).toBe('evil');
    expect(({} as Record<string, unknown>)['evil']).toBeUndefined();
  });

  it('gives a stage, or all that hold', () => {
    const all = macros(['C', 'j\0mx\0v\x001\0'], ['M', 'j\0other\0']);
    expect([...all.stage('connect')]).toEqual([
      ['j', 'mx'],
      ['v', '1'],
    ]);
    expect([...all.stage('endOfMessage')]).toEqual([]);
    expect(Object.fromEntries(all.all())).toEqual({ j: 'other', v: '1' });
  });

  it('QUIRK(postfix): a packet for HEADER comes before every header and one for BODY before every body chunk', () => {
    const all = macros(['L', 'i\0Q1\0'], ['B', 'n\x00E\0']);
    expect([...all.stage('endOfHeaders')]).toEqual([['i', 'Q1']]);
    expect([...all.stage('endOfMessage')]).toEqual([['n', 'E']]);
  });

  it('ignores packets for anything else', () => {
    const all = macros(['U', 'i\0Q1\0'], ['O', 'i\0Q2\0'], ['\xff', 'i\0Q3\0'], ['\0', 'i\0Q4\0']);
    expect(all.get('i')).toBeUndefined();
  });
});

/** One macro for each stage, named by its first letter. */
const full = () =>
  macros(
    ['C', 'c\0-\0'],
    ['H', 'h\0-\0'],
    ['M', 'm\0-\0'],
    ['R', 'r\0-\0'],
    ['T', 't\0-\0'],
    ['N', 'n\0-\0'],
    ['E', 'e\0-\0'],
  );

const left = (all: Macros) => [...all.all().keys()].join('');

describe('clearing', () => {
  it.each([
    ['C', 'c'],
    ['H', 'ch'],
    ['M', 'chm'],
    ['R', 'chmr'],
    ['T', 'chmrt'],
    ['L', 'chmrtn'],
    ['N', 'chmrtn'],
    ['B', 'chmrtne'],
    ['E', 'chmrtne'],
    ['U', 'chmrtne'],
    ['A', 'chmrtne'],
  ])('the command %s leaves %s', (letter, expected) => {
    const all = full();
    all.enter(code(letter));
    expect(left(all)).toBe(expected);
  });

  it('a packet replaces what the stage had', () => {
    const all = macros(['R', 'a\x001\0'], ['R', 'b\x002\0']);
    expect(left(all)).toBe('b');
  });

  it('MAIL without a packet of its own forgets those of the former message', () => {
    const all = full();
    all.enter(code('M'));
    expect(left(all)).toBe('chm');
    all.enter(code('M'));
    expect(left(all)).toBe('ch');
  });

  it('ABORT leaves what belongs to the connection, QUIT_NC nothing', () => {
    const all = full();
    all.clearMessage();
    expect(left(all)).toBe('ch');
    all.clear();
    expect(left(all)).toBe('');
  });
});

describe('splitMacros', () => {
  it.each([
    ['', []],
    ['a\0', []],
    ['a\0b', []],
    ['a\0b\0c\0', [['a', 'b']]],
    ['a\x001\0a\x002\0', [['a', '2']]],
    [
      '{a}\0b\0{\0x\0{}\0y\0',
      [
        ['a', 'b'],
        ['{', 'x'],
        ['', 'y'],
      ],
    ],
  ])('%j', (raw, expected) => {
    expect([...splitMacros(raw)]).toEqual(expected);
  });

  it('agrees with look-up', () => {
    const raw = 'a\x001\0{bc}\x002\0a\x003\0{\x004\0d\0';
    const all = macros(['M', raw]);
    for (const name of ['a', 'bc', '{', 'd', 'none']) expect(all.get(name)).toBe(splitMacros(raw).get(name));
  });

  it('undoes joinMacros', () => {
    expect(
      joinMacros([
        ['i', 'Q1'],
        ['{x}', ''],
      ]),
    ).toBe('i\0Q1\0{x}\0\0');
  });
});
