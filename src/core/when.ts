import { compilePattern } from '../base/address.ts';
import { MillraceError } from '../base/errors.ts';
import type { Connection, Envelope, Macros } from './envelope.ts';

/** Which messages a transform runs for. Every key that is given must fit. */
export interface When {
  /** Envelope sender: an address pattern such as `*@example.org`, or several of which one must fit. */
  readonly from?: string | readonly string[];
  /** Envelope recipients. A pattern or a list: all recipients must fit, because one body serves them all. */
  readonly to?:
    string | readonly string[] | { readonly any: readonly string[] } | { readonly all: readonly string[] };
  /** Whether the client has logged in (macro `{auth_authen}`). */
  readonly authenticated?: boolean;
  /**
   * `outbound`: the client has logged in, or is in one of the filter's `localNetworks`, or came by a Unix socket; `inbound`:
   * none of them.
   */
  readonly direction?: 'inbound' | 'outbound';
  /** The milter address that the MTA came in by, as configured; or several of which it must be one. */
  readonly listener?: string | readonly string[];
  /**
   * What the transforms in front have found: `clean` for nothing, else the name of a finding (`infected`, `spam`, ...), or several
   * of which one must be there. Such a transform runs at end-of-message, behind a barrier: the message waits in the spool until
   * everything in front has been decided. Neighbours with this condition share a barrier.
   */
  readonly verdict?: string | readonly string[];
}

/** What a compiled condition looks at. */
export interface WhenSubject {
  readonly connection: Connection;
  readonly envelope: Envelope;
  readonly macros: Macros;
}

type Test = (subject: WhenSubject) => boolean;

/**
 * Turn a condition into a function.
 * @throws MillraceError `MILLRACE_DEFINITION` for an unknown key or a wrong type, `MILLRACE_ADDRESS` for a bad pattern.
 */
export function compileWhen(when: When, isLocal: (address: string) => boolean): Test {
  const tests: Test[] = [];
  for (const [key, value] of Object.entries(when)) {
    if (value === undefined || key === 'verdict') continue;
    if (key === 'from') tests.push(senderTest(value));
    else if (key === 'to') tests.push(recipientTest(value));
    else if (key === 'authenticated') tests.push(authenticatedTest(value));
    else if (key === 'direction') tests.push(directionTest(value, isLocal));
    else if (key === 'listener') tests.push(listenerTest(value));
    else {
      throw new MillraceError(
        'MILLRACE_DEFINITION',
        `when: unknown key ${JSON.stringify(key)}; known are from, to, authenticated, direction, listener, verdict`,
      );
    }
  }
  return (subject) => tests.every((test) => test(subject));
}

function patterns(key: string, value: unknown): (address: string) => boolean {
  const list = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length === 0 || !list.every((item) => typeof item === 'string')) {
    throw new MillraceError(
      'MILLRACE_DEFINITION',
      `when.${key} must be an address pattern or a list of them`,
    );
  }
  const compiled = list.map((item: string) => compilePattern(item));
  return (address) => compiled.some((fits) => fits(address));
}

function senderTest(value: unknown): Test {
  const fits = patterns('from', value);
  return ({ envelope }) => fits(envelope.sender.address);
}

function recipientTest(value: unknown): Test {
  let how: 'any' | 'all' = 'all';
  let list = value;
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const keys = Object.keys(value);
    if (keys.length !== 1 || (keys[0] !== 'any' && keys[0] !== 'all')) {
      throw new MillraceError(
        'MILLRACE_DEFINITION',
        'when.to must be a pattern, a list, { any = [...] } or { all = [...] }',
      );
    }
    how = keys[0];
    list = (value as Record<string, unknown>)[how];
  }
  const fits = patterns('to', list);
  return ({ envelope }) => {
    const addresses = envelope.recipients.map((recipient) => recipient.address);
    return how === 'any' ? addresses.some(fits) : addresses.length > 0 && addresses.every(fits);
  };
}

function authenticatedTest(value: unknown): Test {
  if (typeof value !== 'boolean') {
    throw new MillraceError('MILLRACE_DEFINITION', 'when.authenticated must be true or false');
  }
  return ({ macros }) => hasLoggedIn(macros) === value;
}

function hasLoggedIn(macros: Macros): boolean {
  return (macros.auth_authen ?? '') !== '';
}

function directionTest(value: unknown, isLocal: (address: string) => boolean): Test {
  if (value !== 'inbound' && value !== 'outbound') {
    throw new MillraceError('MILLRACE_DEFINITION', 'when.direction must be inbound or outbound');
  }
  return ({ connection, macros }) => {
    const { family, address = '' } = connection;
    const outbound = hasLoggedIn(macros) || family === 'unix' || isLocal(address);
    return outbound === (value === 'outbound');
  };
}

function listenerTest(value: unknown): Test {
  const list: unknown = typeof value === 'string' ? [value] : value;
  if (!Array.isArray(list) || list.length === 0 || !list.every((item) => typeof item === 'string')) {
    throw new MillraceError('MILLRACE_DEFINITION', 'when.listener must be an address or a list of them');
  }
  return ({ connection }) => connection.listener !== undefined && list.includes(connection.listener);
}

/**
 * The part of a condition that can be told only when the transforms in front are done; undefined when there is none.
 * @throws MillraceError `MILLRACE_DEFINITION` for a wrong type.
 */
export function compileVerdict({ verdict }: When): ((findings: ReadonlySet<string>) => boolean) | undefined {
  if (verdict === undefined) return undefined;
  const names: unknown = typeof verdict === 'string' ? [verdict] : verdict;
  if (
    !Array.isArray(names) ||
    names.length === 0 ||
    !names.every((name) => typeof name === 'string' && name !== '')
  ) {
    throw new MillraceError(
      'MILLRACE_DEFINITION',
      'when.verdict must be "clean", a finding, or a list of them',
    );
  }
  return (findings) => names.some((name) => (name === 'clean' ? findings.size === 0 : findings.has(name)));
}
