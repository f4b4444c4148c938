import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compilePattern, parsePath } from '../../src/base/address.ts';

const codeOf = (call: () => unknown): unknown => {
  try {
    call();
  } catch (error) {
    return (error as { code?: unknown }).code;
  }
  return undefined;
};

describe('parsePath', () => {
  it.each([
    ['<a@b>', 'a@b'],
    ['a@b', 'a@b'],
    ['  <a@b> ', 'a@b'],
    ['< a@b >', 'a@b'],
    ['<>', ''],
    ['', ''],
    ['<postmaster>', 'postmaster'],
    ['<User.Name+Tag@Example.ORG>', 'User.Name+Tag@Example.ORG'],
    ['<@relay.example,@[IPv6:2001:db8::1]:a@b>', 'a@b'],
    ['<"a > b"@c>', '"a > b"@c'],
    ['<"a \\" > b"@c>', '"a \\" > b"@c'],
    ['<\\"a@c>', '\\"a@c'],
    ['<jörg@bücher.example>', 'jörg@bücher.example'],
    ['<a b@c>', 'a b@c'],
  ])('%s is %s', (text, address) => {
    expect(parsePath(text)).toBe(address);
  });

  it.each([
    '<a@b',
    'a@b>',
    '<',
    '<a@b> <c@d>',
    'a@b> RCPT TO:<c@d',
    '<<a@b>>',
    '<"a@b>',
    '<@relay>',
    '<@relay:>',
    '<@a:@b:c@d>',
    '<a@b\r\nRCPT TO:<c@d>',
    '<a\0@b>',
    '<a@b>\n',
    '\t<a@b>',
    '<a\x7f@b>',
  ])('refuses %j', (text) => {
    expect(codeOf(() => parsePath(text))).toBe('MILLRACE_ADDRESS');
  });

  it('shows nothing of the address in its error', () => {
    expect(() => parsePath('<secret\n@b>')).toThrow(/^(?!.*secret)/);
  });

  it('gives its own result back unchanged', () => {
    const character = fc.constantFrom('<', '>', '@', ':', '"', '\\', ' ', '[', ']', ',', 'a', 'b', '.');
    fc.assert(
      fc.property(fc.string({ unit: character, maxLength: 12 }), (text) => {
        let address: string;
        try {
          address = parsePath(text);
        } catch {
          return;
        }
        expect(parsePath(address)).toBe(address);
        expect(parsePath(`<${address}>`)).toBe(address);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('compilePattern', () => {
  it.each([
    [
      'user@example.org',
      ['user@example.org', 'USER@Example.ORG', 'user@example.org.'],
      ['xuser@example.org', 'user@example.orgx', 'user'],
    ],
    [
      '*@example.org',
      ['a@example.org', '"a@b"@example.org', 'a@EXAMPLE.org'],
      ['a@sub.example.org', 'a@notexample.org', '', 'a@b@example.com'],
    ],
    ['example.org', ['a@example.org'], ['a@sub.example.org', 'example.org', '']],
    ['*.example.org', ['a@x.example.org', 'a@x.y.example.org'], ['a@example.org', 'a@xexample.org']],
    ['user@*', ['user@a', 'User@b.c'], ['user', 'xuser@a', '']],
    ['user@', ['user', 'USER'], ['user@a', 'other']],
    ['*@*', ['a@b'], ['a', '']],
    ['<>', [''], ['a', 'a@b']],
    ['*', ['', 'a', 'a@b'], []],
    [
      'no*reply*@*.example.*',
      ['no-reply@x.example.org', 'noreply@x.example.com', 'no.x.reply.y@m.example.net'],
      ['no@x.example.org', 'reply-no@x.example.org', 'noreply@example.org'],
    ],
    ['a*a@b', ['aa@b', 'a1a@b', 'aaa@b'], ['a@b']],
    ['*ab*ab@c', ['abab@c', 'xabxab@c'], ['ab@c', 'aab@c']],
    [
      '*@bücher.example',
      ['a@bücher.example', 'a@BÜCHER.example', 'a@xn--bcher-kva.example'],
      ['a@bucher.example'],
    ],
    ['*@xn--bcher-kva.example', ['a@bücher.example'], []],
    ['*@*.bücher.example', ['a@x.xn--bcher-kva.example'], ['a@bücher.example']],
    ['a.c@d', ['a.c@d'], ['abc@d']],
  ] as [string, string[], string[]][])('%s', (pattern, fitting, others) => {
    const fits = compilePattern(pattern);
    expect(fitting.filter((address) => !fits(address))).toEqual([]);
    expect(others.filter((address) => fits(address))).toEqual([]);
  });

  it.each(['', ' a@b', 'a@b ', '<a@b>', '@example.org', 'a@b\n', 'a\0@b'])('refuses %j', (pattern) => {
    expect(codeOf(() => compilePattern(pattern))).toBe('MILLRACE_ADDRESS');
  });

  it('fits what its stars were filled with', () => {
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.'), maxLength: 6 });
    fc.assert(
      fc.property(
        fc.array(text, { minLength: 1, maxLength: 5 }),
        fc.array(text, { minLength: 4, maxLength: 4 }),
        (pieces, fillings) => {
          const address = pieces
            .map((piece, index) => piece + (index + 1 < pieces.length ? fillings[index] : ''))
            .join('');
          expect(
            compilePattern(`${pieces.join('*')}@example.org`.replace(/^@/, '*@'))(`${address}@example.org`),
          ).toBe(true);
        },
      ),
    );
  });

  it('agrees with a regular expression', () => {
    const character = fc.constantFrom('a', 'b', '*');
    fc.assert(
      fc.property(
        fc.string({ unit: character, minLength: 1, maxLength: 7 }),
        fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 1, maxLength: 9 }),
        (glob, text) => {
          const expected = new RegExp(`^${glob.replaceAll('*', '.*')}$`).test(text);
          expect(compilePattern(`${glob}@x`)(`${text}@x`)).toBe(expected);
        },
      ),
      { numRuns: 3000 },
    );
  });
});
