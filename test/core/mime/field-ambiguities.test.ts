import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../src/core/headers/header-list.ts';
import type { AmbiguityCode } from '../../../src/core/mime/ambiguity.ts';
import { fieldAmbiguities } from '../../../src/core/mime/field-ambiguities.ts';
import { headerAmbiguities } from '../../../src/core/mime/header-ambiguities.ts';

function listOf(fields: readonly (readonly [name: string, rawValue: string])[]): HeaderList {
  const list = new HeaderList();
  for (const [name, rawValue] of fields) list.append(name, rawValue);
  return list;
}

function found(list: HeaderList, isMessage: boolean): AmbiguityCode[] {
  const codes = new Set<AmbiguityCode>();
  fieldAmbiguities(list, isMessage, codes);
  return [...codes].toSorted();
}

const WORDS = [
  'a',
  'Subject',
  'content-',
  'Content-Type',
  'mime-version',
  'message-id',
  'mimic',
  'contentious',
  'From',
  '>From',
  '--',
  '--b',
  'boundary=',
  'b',
];
const BETWEEN = [' ', '\t', ':', ';', '"', '\n', '\n ', '\n\t', '\r', '\r\n', '\r\n '];
const ODD = ['\0', '\x7f', '\xe4', '=?x?q?y?=', '=?', '?='];
const piece = fc.constantFrom(...WORDS, ...BETWEEN, ...ODD);
const name = fc.oneof(
  fc.constantFrom(
    'Subject',
    'From',
    'X-Long',
    'Content-Type',
    'MIME-Version',
    'Mime-version',
    '--b',
    'content type',
    '',
  ),
  fc.array(piece, { maxLength: 3 }).map((pieces) => pieces.join('')),
);
const value = fc.array(piece, { maxLength: 6 }).map((pieces) => ` ${pieces.join('')}`);

describe('fieldAmbiguities', () => {
  it('says of fields what is said of their text', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value), { maxLength: 6 }), fc.boolean(), (fields, isMessage) => {
        // Only a parsed list can hold what is no field, and has the bytes of all.
        const list = listOf(fields.filter(([text]) => text !== ''));
        const expected = [...headerAmbiguities(list.rawText(), isMessage)].toSorted();
        expect(found(list, isMessage)).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });

  it.each<[string, [string, string][], AmbiguityCode[]]>([
    [
      'nothing in plain fields',
      [
        ['Subject', ' x'],
        ['From', ' a@b'],
      ],
      [],
    ],
    [
      'a field that is only MIME behind plain ones',
      [
        ['Subject', ' x'],
        ['Content-Type', ' text/html'],
      ],
      ['missing-mime-version'],
    ],
    ['a bare CR in any field', [['Subject', ' x\ry']], ['header-bare-cr']],
    [
      'a delimiter by a boundary that a plain field names',
      [
        ['X-Note', ' boundary=b'],
        ['Subject', ' x\n--b'],
      ],
      ['header-end-unclear', 'header-garbage'],
    ],
  ])('finds %s', (_, fields, codes) => {
    expect(found(listOf(fields), true)).toEqual(codes);
  });

  it('looks at the bytes of a list that has them', () => {
    const block = Buffer.from('Subject: x\nFrom: y\r\n', 'latin1');
    expect(found(HeaderList.parse(block), true)).toEqual(['header-mixed-line-ends']);
  });
});
