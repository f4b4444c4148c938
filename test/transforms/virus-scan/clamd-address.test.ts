import { describe, expect, it } from 'vitest';
import { parseClamdAddress } from '../../../src/transforms/virus-scan/clamd-address.ts';

describe("clamd's address", () => {
  it.each([
    ['unix:/run/clamav/clamd.ctl', { path: '/run/clamav/clamd.ctl' }],
    ['local:/run/clamd', { path: '/run/clamd' }],
    ['inet:3310@127.0.0.1', { host: '127.0.0.1', port: 3310 }],
    ['inet:scanner.example.org:3310', { host: 'scanner.example.org', port: 3310 }],
    ['inet6:3310@::1', { host: '::1', port: 3310 }],
    ['inet:[::1]:3310', { host: '::1', port: 3310 }],
  ])('%s', (text, address) => {
    expect(parseClamdAddress('test', text)).toEqual(address);
  });

  it.each([
    '',
    '/run/clamd',
    'unix:',
    'unix:run/clamd',
    'inet:3310',
    'inet:0@host',
    'inet:65536@host',
    'inet:x@host',
    'inet:3310@',
    'inet:3310@a b',
    'fd:3',
  ])('not %j', (text) => {
    expect(() => parseClamdAddress('test', text)).toThrow(
      expect.objectContaining({ code: 'MILLRACE_DEFINITION' }),
    );
  });
});
