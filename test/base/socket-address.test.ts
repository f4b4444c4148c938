import { describe, expect, it } from 'vitest';
import { isHost, isPort, splitHostPort, splitScheme } from '../../src/base/socket-address.ts';

describe('a socket address', () => {
  it.each([
    ['inet:1@h', 'inet', '1@h'],
    ['UNIX:/a:b', 'unix', '/a:b'],
    ['/a', '', '/a'],
    [':a', '', 'a'],
    ['', '', ''],
  ])('%j is of kind %j', (text, scheme, rest) => {
    expect(splitScheme(text)).toEqual({ scheme, rest });
  });

  it.each([
    ['25@host', 'host', '25'],
    ['host:25', 'host', '25'],
    ['25', undefined, '25'],
    ['[::1]:25', '::1', '25'],
    ['25@[::1]', '::1', '25'],
    ['25@::1', '::1', '25'],
    ['::1:25', '::1', '25'],
    ['25@', '', '25'],
    [':25', '', '25'],
    ['host:', 'host', ''],
    ['[::1:25', '[::1', '25'],
  ])('%j has host %j and port %j', (text, host, port) => {
    expect(splitHostPort(text)).toEqual({ host, port });
  });

  it('has a port that a socket can have', () => {
    for (const port of ['0', '25', '65535', '00025']) expect(isPort(port)).toBe(true);
    for (const port of ['', '65536', '-1', '1e3', ' 25', '25 ', '000025', '٢٥'])
      expect(isPort(port)).toBe(false);
  });

  it('has a host that is nothing else', () => {
    for (const host of ['a', 'mail.example.org', 'a_b', '127.0.0.1', '::1', 'fe80::1%eth0', 'x'.repeat(255)])
      expect(isHost(host)).toBe(true);
    for (const host of ['', '-a', '.a', 'a b', 'a:b', '[::1]', 'a/b', 'a\n', 'x'.repeat(256)])
      expect(isHost(host)).toBe(false);
  });
});
