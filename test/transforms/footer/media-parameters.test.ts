import { describe, expect, it } from 'vitest';
import { removeParameter, setParameter } from '../../../src/transforms/footer/media-parameters.ts';

describe('setParameter', () => {
  it('changes the value and nothing else', () => {
    const cases: [before: string, after: string][] = [
      [' text/plain; charset=us-ascii', ' text/plain; charset=utf-8'],
      [' text/plain;charset="us-ascii";format=flowed', ' text/plain;charset=utf-8;format=flowed'],
      [' text/plain;\n\tCharSet = us-ascii ;\n\tx=y', ' text/plain;\n\tCharSet = utf-8 ;\n\tx=y'],
      [' text/plain; x="a;charset=b"; charset=c', ' text/plain; x="a;charset=b"; charset=utf-8'],
      [' text/plain; x="a\\";charset=b"; charset=c', ' text/plain; x="a\\";charset=b"; charset=utf-8'],
      [' text/plain; charset=\\"a\\"; x=y', ' text/plain; charset=utf-8; x=y'],
      [' text/plain; x=a"b; charset= "c;d"', ' text/plain; x=a"b; charset= utf-8'],
    ];
    for (const [before, after] of cases) expect(setParameter(before, 'charset', 'utf-8')).toBe(after);
  });

  it('adds one that is not there', () => {
    expect(setParameter(' text/plain', 'charset', 'utf-8')).toBe(' text/plain; charset=utf-8');
    expect(setParameter(' text/plain; ', 'charset', 'utf-8')).toBe(' text/plain; charset=utf-8 ');
    expect(setParameter(' text/plain; x=charset=1', 'charset', 'utf-8')).toBe(
      ' text/plain; x=charset=1; charset=utf-8',
    );
    expect(setParameter(' text/plain; xcharset=1', 'charset', 'utf-8')).toBe(
      ' text/plain; xcharset=1; charset=utf-8',
    );
  });
});

describe('removeParameter', () => {
  it('takes the parameter out with its semicolon', () => {
    expect(removeParameter(' inline; size=12; filename="a;b"', 'size')).toBe(' inline; filename="a;b"');
    expect(removeParameter(' inline;\n size="12"', 'size')).toBe(' inline');
    expect(removeParameter(' inline; filename="x; size=3"', 'size')).toBe(' inline; filename="x; size=3"');
  });
});
