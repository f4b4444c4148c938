import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type AnyTransform, defineFilter } from '../../../src/core/index.ts';
import { AMBIGUITY_CODES } from '../../../src/core/mime/ambiguity.ts';
import { runFilter, type RunFilterResult } from '../../../src/testing/run-filter.ts';
import {
  ambiguityResults,
  type AmbiguityResultsOptions,
  canonicalize,
} from '../../../src/transforms/index.ts';
import { authservIdOf, resultsValue } from '../../../src/transforms/ambiguity-results/results-field.ts';
import { CHUNK_SIZES } from '../../support/chunks.ts';

const OWN = { authservId: 'mx.example.org' };

const eml = (...fields: string[]): Buffer =>
  Buffer.from(
    [
      'Received: by a',
      ...fields,
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b; x=a; x="\x01"',
      '',
      '--b',
      'Content-Disposition: attachment',
      'Content-Disposition: inline',
      '',
      'one',
      '--b',
      'Content-Disposition: attachment',
      'Content-Disposition: inline',
      '',
      'two',
      '',
    ].join('\r\n'),
  );

async function play(
  message: Buffer,
  options: AmbiguityResultsOptions = OWN,
  front: readonly AnyTransform[] = [],
  chunkSize = 65_535,
): Promise<RunFilterResult> {
  const filter = defineFilter([...front, ambiguityResults(options)]);
  const result = await runFilter(filter, { eml: message, chunkSize });
  expect(result.failures).toEqual([]);
  return result;
}

const fieldsOf = ({ message }: RunFilterResult): string[] =>
  message
    .toString('latin1')
    .split('\r\n\r\n', 1)[0]
    .split(/\r\n(?![ \t])/)
    .filter((field) => /^MIME-Ambiguity-Results:/i.test(field));

const RESULT = [
  'MIME-Ambiguity-Results: mx.example.org;',
  ' ambiguity=held mime.code=control-in-mime-field mime.part=1;',
  ' ambiguity=note mime.code=duplicate-parameter mime.part=1;',
  ' ambiguity=note mime.code=missing-close mime.part=1;',
  ' ambiguity=note mime.code=duplicate-disposition mime.part=1.1 mime.parts=2',
].join('\r\n');

describe('ambiguityResults', () => {
  it.each(CHUNK_SIZES)(
    'tells on top of the header what is ambiguous, at chunk size %i',
    async (chunkSize) => {
      const result = await play(eml(), OWN, [], chunkSize);
      // Found in the order in which parts end.
      expect(fieldsOf(result).map((field) => field.split(';\r\n').toSorted())).toEqual([
        RESULT.split(';\r\n').toSorted(),
      ]);
      expect(result.bodyChanged).toBe(false);
      expect(result.headerEdits).toMatchObject([{ kind: 'insert', name: 'MIME-Ambiguity-Results' }]);
      expect(result.message.toString()).toMatch(
        /^MIME-Ambiguity-Results: mx\.example\.org;\r\n ambiguity=held/,
      );
    },
  );

  it('says that there is nothing', async () => {
    const plain = Buffer.from('Subject: x\r\n\r\nx\r\n');
    expect(fieldsOf(await play(plain))).toEqual(['MIME-Ambiguity-Results: mx.example.org; none']);
    const cured = Buffer.from(eml().toString('latin1').replace('"\x01"', 'b'), 'latin1');
    expect(fieldsOf(await play(cured, OWN, [canonicalize()]))).toEqual([
      'MIME-Ambiguity-Results: mx.example.org; none',
    ]);
  });

  it('reads a message without parts to its end where its header is odd', async () => {
    const message = Buffer.from(
      [
        'MIME-Version: 1.0',
        'Content-Type: text/plain; boundary=b',
        '',
        '--b',
        'Content-Disposition: attachment; filename=x.exe',
        '',
        'MZ',
        '',
      ].join('\r\n'),
    );
    expect(fieldsOf(await play(message))[0]).toContain('held mime.code=header-in-content');
  });

  it('removes what comes from outside, and keeps what a trusted filter said', async () => {
    const message = eml(
      'MIME-Ambiguity-Results: mx.example.org; none',
      'mime-ambiguity-results: (a "comment" \\) (b)) MX.Example.ORG 1; none',
      'MIME-Ambiguity-Results: "mx1.example.org"; none',
      'MIME-Ambiguity-Results: (mx1.example.org;) evil.example.net; none',
      'MIME-Ambiguity-Results: mx1.example.org evil; none',
      'MIME-Ambiguity-Results: ; none',
    );
    const options = { ...OWN, trusted: ['MX1.example.org'] };
    expect(fieldsOf(await play(message, options)).map((field) => field.split(';')[0])).toEqual([
      'MIME-Ambiguity-Results: mx.example.org',
      'MIME-Ambiguity-Results: "mx1.example.org"',
    ]);
    expect(fieldsOf(await play(message))).toHaveLength(1);
  });

  it('says which option is wrong', () => {
    const wrong = (options: object) => () => ambiguityResults(options as AmbiguityResultsOptions);
    expect(wrong({})).toThrow(/authservId must be a name/);
    expect(wrong({ authservId: 'a\r\nX: y' })).toThrow(/authservId must be a name/);
    expect(wrong({ authservId: 'a; none' })).toThrow(/authservId must be a name/);
    expect(wrong({ ...OWN, trusted: ['b c'] })).toThrow(/"b c" in trusted/);
    expect(wrong({ ...OWN, trusted: ['MX.example.org'] })).toThrow(/forgery/);
    expect(wrong({ ...OWN, authServId: 'x' })).toThrow(/unknown option "authServId"/);
  });
});

describe('the value of MIME-Ambiguity-Results', () => {
  it('is bounded, in short lines, whatever was found', () => {
    const path = Array.from({ length: 50 }, () => '1000').join('.');
    const found = AMBIGUITY_CODES.flatMap((code) => [1, 2].map((n) => ({ code, path: `${path}.${n}` })));
    const value = resultsValue('mx.example.org', found);
    expect(value.split('\n')).toHaveLength(22);
    expect(value).toContain(`;\n ambiguity=more mime.count=${AMBIGUITY_CODES.length - 20}`);
    expect(value.length).toBeLessThan(8192);
    expect(Math.max(...value.split('\n').map(({ length }) => length))).toBeLessThan(998);
  });

  it('has nothing in it that ends it', () => {
    const ambiguity = fc.record({ code: fc.constantFrom(...AMBIGUITY_CODES), path: fc.string() });
    fc.assert(
      fc.property(fc.array(ambiguity), (found) => {
        expect(resultsValue('mx', found)).toMatch(
          /^mx(?:; none|(?:;\n ambiguity=[a-z]+(?: mime\.[a-z]+=[\w.-]+)+)+)$/,
        );
      }),
    );
  });

  it('is told from others by who wrote it, in linear time', () => {
    expect(authservIdOf('mx.example.org; none')).toBe('mx.example.org');
    expect(authservIdOf('mx.example.org')).toBe('mx.example.org');
    expect(authservIdOf('"mx.example.org" 1; none')).toBe('mx.example.org');
    expect(authservIdOf('(((')).toBeUndefined();
    expect(authservIdOf(`${'('.repeat(200_000)}${')'.repeat(200_000)}mx; none`)).toBe('mx');
    expect(authservIdOf('')).toBeUndefined();
  });
});

describe('who has written a field', () => {
  it.each([
    ['(a \\) b) mx.example.org; none', 'mx.example.org'],
    ['(a (b) c) "MX.example.org" 1; none', 'mx.example.org'],
    ['(a mx.example.org; none', undefined],
  ])('%s', (value, id) => {
    expect(authservIdOf(value)).toBe(id);
  });
});
