import * as v from 'valibot';
import { compilePattern } from '../../base/address.ts';
import { compileNetworks, DEFAULT_LIMITS } from '../../core/index.ts';
import { parseAddress } from '../../server/index.ts';
import { DEFAULT_SETTINGS } from './config.ts';
import {
  checked,
  count,
  duration,
  flag,
  kebabCase,
  looseTable,
  mustBe,
  oneOf,
  parsed,
  size,
  table,
  text,
} from './schema-helpers.ts';

/** What an error or a limit leads to. */
const policy = () => oneOf('tempfail', 'accept', 'reject');

/** Keys that every transform takes, whatever its kind. */
export const COMMON_TRANSFORM_KEYS = {
  use: text(),
  when: v.optional(when()),
  'on-error': v.optional(policy()),
  eager: v.optional(flag()),
};

const network = () => checked((value) => void compileNetworks([value]));

function when() {
  const pattern = checked((value) => void compilePattern(value));
  const patterns = v.pipe(
    v.array(pattern, mustBe('an array of address patterns')),
    v.nonEmpty('must not be an empty array'),
  );
  const one = 'an address pattern or an array of them';
  return table({
    from: v.optional(v.union([pattern, patterns], mustBe(one))),
    to: v.optional(
      v.union(
        [pattern, patterns, table({ any: patterns }), table({ all: patterns })],
        mustBe(`${one}, { any = [...] } or { all = [...] }`),
      ),
    ),
    authenticated: v.optional(flag()),
    direction: v.optional(oneOf('inbound', 'outbound')),
    verdict: v.optional(
      v.union([text(), v.array(text())], mustBe('"clean", a finding, or an array of them')),
    ),
    listener: v.optional(v.union([text(), v.array(text())], mustBe('a milter address or an array of them'))),
  });
}

/** One key for each limit of core; those that are counted in bytes may be written as sizes. */
const limitEntries = Object.fromEntries(
  Object.keys(DEFAULT_LIMITS).map((name) => {
    const key = kebabCase(name);
    return [key, v.optional(key.endsWith('-bytes') ? size() : count())];
  }),
);

/** An array of addresses to listen on. */
const addresses = () =>
  v.pipe(
    v.array(
      checked((value) => void parseAddress(value)),
      mustBe('an array of addresses'),
    ),
    v.nonEmpty('must not be an empty array'),
  );

/** One key for each deadline. */
const deadlineEntries = Object.fromEntries(
  Object.keys(DEFAULT_SETTINGS.deadlines).map((name) => [name, v.optional(duration())]),
);

/** The whole file; the keys of a `[[transform]]` are checked by the kind that its `use` names. */
export const CONFIG_SCHEMA = table({
  listen: v.optional(addresses()),
  tls: v.optional(
    table({ listen: addresses(), certificate: text(), key: text(), 'client-ca': v.optional(text()) }),
  ),
  'on-error': v.optional(policy()),
  'on-limit': v.optional(policy()),
  'local-networks': v.optional(v.array(network(), mustBe('an array of networks such as "192.0.2.0/24"'))),
  'log-level': v.optional(oneOf('debug', 'info', 'warn', 'error')),
  socket: v.optional(
    table({
      mode: v.optional(parsed('an octal mode such as "0660"', parseMode)),
      group: v.optional(text()),
    }),
  ),
  spool: v.optional(
    table({ directory: v.optional(text()), quota: v.optional(size()), memory: v.optional(size()) }),
  ),
  deadlines: v.optional(table(deadlineEntries)),
  connections: v.optional(table({ max: v.optional(count()), 'max-packet': v.optional(size()) })),
  limits: v.optional(table({ ...limitEntries, 'on-limit': v.optional(policy()) })),
  transform: v.optional(v.array(looseTable({ use: text() }), mustBe('an array of tables ([[transform]])'))),
});

/** A configuration file that has the right form, its keys still as written. */
export type ConfigFile = v.InferOutput<typeof CONFIG_SCHEMA>;

function parseMode(mode: string): number | undefined {
  return /^0?[0-7]{3}$/.test(mode) ? Number.parseInt(mode, 8) : undefined;
}
