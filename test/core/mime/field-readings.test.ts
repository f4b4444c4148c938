import { describe, expect, it } from 'vitest';
import { fieldReadings } from '../../../src/core/mime/field-readings.ts';

const READ: [what: string, value: string, reading: string][] = [
  ['a parameter where the type should stand', 'name=a', ';name=a'],
  ['an encoded word', 'a; name="=?utf-8?Q?b=2Ec?="', 'a; name="b.c"'],
  ['one that does not end', 'a; name="=?utf-8?Q?b=2Ec"', 'a; name="b.c"'],
  ['one without a charset', 'a; name="=??Q?b=2Ec?="', 'a; name="b.c"'],
  ['a comment in a value', 'a; name=b(.x)c', 'a; name=bc'],
  ['a parameter in a comment', 'a; (name=b)', 'a;  name=b '],
  ['a fold', 'a; name="b\r\n c"', 'a; name="bc"'],
  ['a colon', 'a; name: b', 'a; name= b'],
  ['quotes around it all', '"a; name=b"', 'a; name=b'],
];

describe('a field that readers take apart in several ways', () => {
  it.each(READ)('has a reading for %s', (_, value, reading) => {
    expect(fieldReadings(value)).toContain(reading);
  });

  it.each(['application/pdf; name="a.pdf"', 'attachment; filename=a.pdf; size=1', 'text/plain', ''])(
    'has no other one: %s',
    (value) => expect(fieldReadings(value).size).toBe(0),
  );

  it('is read in a moment, whatever it is', () => {
    for (const piece of ['=?', '=?a?q?', '(', '()', 'name:', '"', '\r\n ', '=??q?'])
      expect(fieldReadings(piece.repeat(16_384 / piece.length)).size).toBeLessThan(9);
  });
});
