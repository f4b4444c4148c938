import { describe, expect, it } from 'vitest';
import { interestOf } from '../../src/core/interest.ts';
import { defineTransform } from '../../src/core/transform.ts';
import type { TransformDefinition } from '../../src/core/transform.ts';

const named = (definition: Partial<TransformDefinition>) => defineTransform({ name: 'x', ...definition });
const needs = (...definitions: Partial<TransformDefinition>[]) => interestOf(definitions.map(named)).macros;

describe('macros that a filter needs', () => {
  it('are none unless somebody says so', () => {
    expect(
      needs({ onEnd: () => undefined, when: { from: '*', to: '*', listener: 'x', verdict: 'clean' } }),
    ).toEqual({});
    expect(needs({ macros: {} }, { macros: { connect: [] } })).toEqual({});
  });

  it('are those of all transforms together, each once', () => {
    expect(
      needs(
        { macros: { connect: ['client_ptr', 'client_addr'], mail: ['auth_ssf'] } },
        { macros: { connect: ['client_addr', 'tls_version'], endOfMessage: ['msg_id'] } },
      ),
    ).toEqual({
      connect: ['client_ptr', 'client_addr', 'tls_version'],
      mail: ['auth_ssf'],
      endOfMessage: ['msg_id'],
    });
  });

  it('are those that a condition looks at', () => {
    expect(needs({ when: { authenticated: false } })).toEqual({ mail: ['auth_authen'] });
    expect(needs({ when: { direction: 'inbound' } }, { when: { authenticated: true } })).toEqual({
      mail: ['auth_authen'],
    });
  });

  it('are those that tell a refused recipient from another', () => {
    expect(needs({ onRejectedRcpt: () => undefined })).toEqual({
      rcpt: ['rcpt_mailer', 'rcpt_host', 'rcpt_addr'],
    });
  });

  it.each<[string, unknown, string]>([
    ['a list', ['i'], 'macros must be an object'],
    ['null', null, 'macros must be an object'],
    ['an unknown stage', { eom: ['i'] }, 'macros: unknown stage "eom"; known are connect, helo, mail'],
    ['no list of names', { mail: 'i' }, 'macros.mail must be a list of names'],
    ['braces', { mail: ['{auth_authen}'] }, 'macros.mail: "{auth_authen}" is no macro name (without braces'],
    ['a blank', { mail: ['i j'] }, 'macros.mail: "i j" is no macro name'],
    ['an empty name', { mail: [''] }, 'macros.mail: "" is no macro name'],
    ['NUL', { mail: ['i\0'] }, 'is no macro name'],
    ['a number', { mail: [1] }, 'macros.mail: 1 is no macro name'],
  ])('cannot be %s', (_, macros, text) => {
    expect(() => named({ macros: macros as never })).toThrow(text);
    expect(() => named({ macros: macros as never })).toThrow(
      expect.objectContaining({ code: 'MILLRACE_DEFINITION' }),
    );
  });
});
