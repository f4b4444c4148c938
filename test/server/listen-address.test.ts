import { describe, expect, it } from 'vitest';
import { MillraceError } from '../../src/base/errors.ts';
import { formatAddress, parseAddress } from '../../src/server/listen-address.ts';

function messageOf(text: string): string {
  try {
    parseAddress(text);
  } catch (error) {
    expect(error).toBeInstanceOf(MillraceError);
    expect((error as MillraceError).code).toBe('MILLRACE_CONFIG');
    return (error as MillraceError).message;
  }
  throw new Error(`${text} was accepted`);
}

describe('parseAddress', () => {
  it.each([
    ['inet:8890@127.0.0.1', { kind: 'inet', family: 4, host: '127.0.0.1', port: 8890 }],
    ['inet:127.0.0.1:8890', { kind: 'inet', family: 4, host: '127.0.0.1', port: 8890 }],
    ['inet:8890@mail.example.org', { kind: 'inet', family: 4, host: 'mail.example.org', port: 8890 }],
    ['inet:localhost:8890', { kind: 'inet', family: 4, host: 'localhost', port: 8890 }],
    ['inet:8890', { kind: 'inet', family: 4, host: '127.0.0.1', port: 8890 }],
    ['inet:0@127.0.0.1', { kind: 'inet', family: 4, host: '127.0.0.1', port: 0 }],
    ['INET:8890@127.0.0.1', { kind: 'inet', family: 4, host: '127.0.0.1', port: 8890 }],
    ['inet:[::1]:8890', { kind: 'inet', family: 6, host: '::1', port: 8890 }],
    ['inet6:[::1]:8890', { kind: 'inet', family: 6, host: '::1', port: 8890 }],
    ['inet6:8890@::1', { kind: 'inet', family: 6, host: '::1', port: 8890 }],
    ['inet6:8890@[2001:db8::1]', { kind: 'inet', family: 6, host: '2001:db8::1', port: 8890 }],
    ['inet6:8890', { kind: 'inet', family: 6, host: '::1', port: 8890 }],
    ['unix:/run/millrace/milter.sock', { kind: 'unix', path: '/run/millrace/milter.sock' }],
    ['local:/run/a:b@c', { kind: 'unix', path: '/run/a:b@c' }],
    ['fd:3', { kind: 'fd', fd: 3 }],
  ])('reads %s', (text, address) => {
    expect(parseAddress(text)).toEqual(address);
    expect(parseAddress(formatAddress(parseAddress(text)))).toEqual(address);
  });

  it.each([
    ['/run/milter.sock', 'unix:/run/milter.sock'],
    ['8890', 'inet:8890@127.0.0.1'],
    ['127.0.0.1:8890', 'inet:8890@127.0.0.1'],
    ['8890@localhost', 'inet:8890@localhost'],
    ['tcp:127.0.0.1:8890', 'inet:127.0.0.1:8890'],
    ['inet:8890:127.0.0.1', 'inet:8890@127.0.0.1'],
    ['inet:@127.0.0.1', 'inet:8890@127.0.0.1'],
    ['inet:70000@127.0.0.1', 'inet:8890@127.0.0.1'],
    ['inet:8890@', 'inet:8890@127.0.0.1'],
    ['inet:8890@a b', 'inet:8890@127.0.0.1'],
    ['inet6:8890@127.0.0.1', 'inet:8890@127.0.0.1'],
    ['unix:', 'unix:/run/millrace/milter.sock'],
    ['fd:0', 'fd:3'],
    ['fd:x', 'fd:3'],
  ])('refuses %s and names %s', (text, nearest) => {
    expect(messageOf(text)).toContain(`did you mean ${nearest}?`);
  });

  it('QUIRK(postfix): a relative path is one below the queue directory there', () => {
    expect(messageOf('unix:milter.sock')).toContain(`did you mean unix:${process.cwd()}/milter.sock?`);
  });

  it('lists the forms when nothing is near', () => {
    expect(messageOf('')).toContain('known forms are inet:PORT@HOST');
    expect(messageOf('milter')).toContain('fd:3');
  });

  it('refuses a path that no socket address can hold', () => {
    expect(parseAddress(`unix:/${'x'.repeat(106)}`).kind).toBe('unix');
    expect(messageOf(`unix:/${'x'.repeat(107)}`)).toContain('108 bytes');
  });
});
