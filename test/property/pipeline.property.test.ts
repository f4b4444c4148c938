import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defineFilter, defineTransform, drop, judge, raw, replace, tap } from '../../src/core/index.ts';
import { runFilter } from '../../src/testing/run-filter.ts';

/** What messages are made of, where it hurts: delimiters and half ones, headers, line ends, blanks. */
const TOKENS = [
  '--=_b',
  '--=_b--',
  '--=_bb',
  '--',
  '\r\n',
  '\r\n\r\n',
  '\n',
  '\r',
  ' ',
  'text',
  'Content-Type: text/plain\r\n\r\n',
  'Content-Type: text/html; name=a.exe\r\n\r\n',
  'Content-Type: multipart/mixed; boundary="=_bb"\r\n\r\n',
  'Content-Type: message/rfc822\r\n\r\n',
  'Content-Transfer-Encoding: base64\r\n',
  'AAEC',
  'x'.repeat(80),
];

const body = fc.array(fc.constantFrom(...TOKENS), { maxLength: 40 }).map((tokens) => tokens.join(''));

/** Decides by what it reads and by what it is told of parts, and changes every part that it can. */
function nosy(log: string[]): ReturnType<typeof defineFilter> {
  return defineFilter([
    defineTransform({
      name: 'taps',
      onPart(part) {
        log.push(
          `${part.path} ${part.type} ${part.names.join()} ${part.ambiguities.map((a) => a.code).join()}`,
        );
        if (!part.isLeaf) return undefined;
        return tap(
          async (content) =>
            void log.push(`${part.path} = ${Buffer.concat(await content.toArray()).toString('latin1')}`),
        );
      },
    }),
    defineTransform({
      name: 'judges',
      onPart: (part) =>
        part.type === 'text/html'
          ? judge(async (content) => ((await content.toArray()).length > 0 ? drop('has content') : undefined))
          : undefined,
    }),
    defineTransform({
      name: 'replaces',
      onPart: (part) => (part.names.includes('a.exe') ? replace({ content: 'gone' }) : undefined),
    }),
    defineTransform({
      name: 'appends',
      onPart: (part) =>
        part.type === 'text/plain' && part.index === 1
          ? raw({
              write: (slice, output) => output.pass(slice),
              end: (output) => output.put(Buffer.from('.')),
            })
          : undefined,
    }),
  ]);
}

describe('result and decisions', () => {
  it('do not depend on where the chunks are cut', async () => {
    await fc.assert(
      fc.asyncProperty(body, fc.integer({ min: 1, max: 90 }), async (text, chunkSize) => {
        const eml = Buffer.from(
          `From: a@b\r\nContent-Type: multipart/mixed; boundary="=_b"\r\n\r\n${text}`,
          'latin1',
        );
        const play = async (size: number) => {
          const log: string[] = [];
          const { message, parts, ambiguities, bodyChanged, verdict } = await runFilter(nosy(log), {
            eml,
            chunkSize: size,
          });
          // Taps settle in their own time, so the order of what they say is theirs.
          return {
            message: message.toString('latin1'),
            parts,
            ambiguities,
            bodyChanged,
            verdict,
            log: log.toSorted(),
          };
        };
        expect(await play(chunkSize)).toEqual(await play(1_000_000));
      }),
      { numRuns: 300 },
    );
  });
});
