import { compilePattern } from '../base/address.ts';
import { MillraceError } from '../base/errors.ts';
import type { Envelope, Macros } from './envelope.ts';

/** Which messages a transform runs for. Every key that is given must fit. */
export interface When {
  /** Envelope sender: an address pattern such as `*@example.org`, or several of which one must fit. */
  readonly from?: string | readonly string[];
  /** Envelope recipients. A pattern or a list: all recipients must fit, because one body serves them all. */
  readonly to?:
    string | readonly string[] | { readonly any: readonly string[] } | { readonly all: readonly string[] };
  /** Whether the client has logged in (macro `{auth_authen}`). */
  readonly authenticated?: boolean;
}

/** What a compiled condition looks at. */
export interface WhenSubject {
  readonly envelope: Envelope;
  readonly macros: Macros;
}

type Test = (subject: WhenSubject) => boolean;

/**
 * Turn a condition into a function.
 * @throws MillraceError `MILLRACE_DEFINITION` for an unknown key or a wrong type, `MILLRACE_ADDRESS` for a bad pattern.
 */
export function compileWhen(when: When): Test {
  const tests: Test[] = [];
  for (const [key, value] of Object.entries(when)) {
    if (value === undefined) continue;
    if (key === 'from') tests.push(senderTest(value));
    else if (key === 'to') tests.push(recipientTest(value));
    else if (key === 'authenticated') tests.push(authenticatedTest(value));
    else
      throw new MillraceError(
        'MILLRACE_DEFINITION',
        `when: unknown key ${JSON.stringify(key)}; known are from, to, authenticated`,
      );
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
  return ({ macros }) => ((macros.auth_authen ?? '') !== '') === value;
}
