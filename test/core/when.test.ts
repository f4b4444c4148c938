import { describe, expect, it } from 'vitest';
import type { Connection, Envelope, Macros } from '../../src/core/index.ts';
import { compileNetworks, LOOPBACK } from '../../src/core/networks.ts';
import { compileWhen, type When } from '../../src/core/when.ts';

interface Who {
  from?: string;
  to?: string[];
  login?: string;
  connection?: Partial<Connection>;
}

function fits(when: When, { from = '', to = [], login, connection = {} }: Who): boolean {
  const path = (address: string) => ({ address, parameters: [] });
  const envelope: Envelope = { sender: path(from), recipients: to.map(path) };
  const macros: Macros = login === undefined ? {} : { auth_authen: login };
  const isLocal = compileNetworks([...LOOPBACK, '192.0.2.0/24', '2001:db8::/32']);
  const client: Connection = { host: 'client', family: 'inet', data: new Map(), ...connection };
  return compileWhen(when, isLocal)({ envelope, macros, connection: client });
}

describe('when', () => {
  it.each<[When, Who, boolean]>([
    [{}, {}, true],
    [{ from: '*@example.org' }, { from: 'a@example.org' }, true],
    [{ from: '*@example.org' }, { from: 'a@example.com' }, false],
    [{ from: ['a@b.c', 'd@e.f'] }, { from: 'd@e.f' }, true],
    [{ to: '*@example.org' }, { to: ['a@example.org', 'b@example.org'] }, true],
    [{ to: '*@example.org' }, { to: ['a@example.org', 'b@example.com'] }, false],
    [{ to: { any: ['*@example.org'] } }, { to: ['a@example.org', 'b@example.com'] }, true],
    [{ to: { all: ['*@example.org'] } }, { to: [] }, false],
    [{ authenticated: true }, { login: 'anna' }, true],
    [{ authenticated: true }, { login: '' }, false],
    [{ authenticated: false }, {}, true],
    [{ direction: 'outbound' }, { login: 'anna' }, true],
    [{ direction: 'outbound' }, { connection: { address: '192.0.2.7' } }, true],
    [{ direction: 'outbound' }, { connection: { family: 'inet6', address: '2001:db8::7' } }, true],
    [{ direction: 'outbound' }, { connection: { family: 'inet6', address: 'IPv6:2001:db8::7' } }, true],
    [{ direction: 'outbound' }, { connection: { family: 'inet6', address: '::ffff:127.0.0.1' } }, true],
    [{ direction: 'outbound' }, { connection: { family: 'unix', address: '/run/x' } }, true],
    [{ direction: 'outbound' }, { connection: { address: '198.51.100.1' } }, false],
    [{ direction: 'inbound' }, { connection: { address: '198.51.100.1' } }, true],
    [{ direction: 'inbound' }, { connection: { family: 'unknown' } }, true],
    [{ listener: 'inet:1@h' }, { connection: { listener: 'inet:1@h' } }, true],
    [{ listener: ['inet:2@h'] }, { connection: { listener: 'inet:1@h' } }, false],
    [{ listener: ['inet:2@h'] }, {}, false],
    [{ from: 'a@b.c', authenticated: true }, { from: 'a@b.c' }, false],
  ])('%j of %j is %s', (when, who, expected) => {
    expect(fits(when, who)).toBe(expected);
  });

  it.each<[unknown, RegExp]>([
    [{ form: 'a@b' }, /unknown key "form"; known are from, to/],
    [{ from: 7 }, /when.from must be an address pattern/],
    [{ to: { some: ['a@b'] } }, /when.to must be/],
    [{ to: [] }, /when.to must be/],
    [{ authenticated: 'yes' }, /when.authenticated must be true or false/],
    [{ direction: 'out' }, /when.direction must be inbound or outbound/],
    [{ listener: [] }, /when.listener must be/],
  ])('refuses %j', (when, message) => {
    expect(() => fits(when as When, {})).toThrow(message);
  });
});

describe('networks', () => {
  it.each(['10.0.0.0/33', '10.0.0/8', 'example.org', '10.0.0.1/8/8', '10.0.0.0/x', '::/129', ''])(
    'refuses %j',
    (network) => {
      expect(() => compileNetworks([network])).toThrow(/is no network: write/);
    },
  );

  it('takes single addresses, and does not trip over what is none', () => {
    const isLocal = compileNetworks(['192.0.2.1', '2001:db8::1']);
    expect(['192.0.2.1', '192.0.2.2', '2001:db8::1', '2001:DB8:0::1', 'localhost', ''].map(isLocal)).toEqual([
      true,
      false,
      true,
      true,
      false,
      false,
    ]);
  });
});
