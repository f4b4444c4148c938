import { describe, expect, it } from 'vitest';
import { HeaderList } from '../../../../src/core/headers/header-list.ts';
import { createRootPart } from '../../../../src/core/mime/index.ts';
import { CR_ENDS_LINES, otherEnds } from '../../../../src/core/mime/readings/other-ends.ts';
import { otherHeaders } from '../../../../src/core/mime/readings/other-headers.ts';

/** A header of one field, in which so many lone CRs come in front of what hides. */
const header = (lines: number): Buffer =>
  Buffer.from(`X: ${'a\r'.repeat(lines - 1)}a\rContent-Type: text/html; name=hidden.exe\r\n`, 'latin1');

describe('a header with lone CRs', () => {
  const ways = (lines: number): string[] => otherEnds(header(lines)).map(({ way }) => way);
  const codes = (lines: number): string[] => {
    const part = createRootPart(HeaderList.parse(header(lines)));
    otherHeaders(part, new Set(), new Set());
    return part.ambiguities.map(({ code }) => code);
  };

  it('has more fields for those for whom CR ends a line, up to as many as a message may have', () => {
    expect(ways(2000)).toContain(CR_ENDS_LINES);
    expect(codes(2000)).not.toContain('too-many-readings');
  });

  it('is not looked at beyond that, and said not to be', () => {
    expect(ways(2001)).not.toContain(CR_ENDS_LINES);
    expect(codes(2001)).toContain('too-many-readings');
  });
});
