import { describe, expect, it } from 'vitest';
import { EICAR } from '../../support/eicar.ts';
import { isLetThrough, throughChain } from '../../support/scan-chain.ts';
import { STRUCTURE_SPLITTING } from '../../../src/transforms/policy/ambiguity-policy.ts';

const V = 'From: a@example.org\r\nMIME-Version: 1.0\r\n';
const MIXED = `${V}Content-Type: multipart/mixed; boundary=B\r\n\r\n`;
const TEXT = 'Content-Type: text/plain\r\n\r\none\r\n';

/** Content, and how a part names it. */
interface Load {
  /** The fields and the content of a part in base64, without a blank line between them. */
  readonly fields: string;
  readonly content: string;
}

const base64 = (text: string): string =>
  Buffer.from(text, 'latin1')
    .toString('base64')
    .replace(/.{1,76}/g, '$&\r\n');

function loadOf(bytes: Buffer, name: string): Load {
  return {
    fields: `Content-Type: application/octet-stream; name=${name}\r\nContent-Transfer-Encoding: base64\r\n`,
    content: base64(bytes.toString('latin1')),
  };
}

const part = ({ fields, content }: Load): string => `${fields}\r\n${content}`;
/** A multipart by `boundary` with the load behind a text. */
const body = (boundary: string, load: Load): string =>
  `--${boundary}\r\n${TEXT}--${boundary}\r\n${part(load)}--${boundary}--\r\n`;
const inner = (load: Load): string => `${MIXED}${body('B', load)}`;
const encoded = (fields: string, text: string): string =>
  `${fields}Content-Transfer-Encoding: base64\r\n\r\n${base64(text)}`;
/** For the part that the load is in, in a message that is otherwise plain. */
const asPart = (text: string): string => `${MIXED}--B\r\n${TEXT}--B\r\n${text}--B--\r\n`;

/**
 * Messages in which only some readers find the load, under the code that says so. Nothing but the other readings finds it:
 * it is in base64, behind a delimiter, a boundary or a header that the rules do not see.
 */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, (load: Load) => string>>>> = {
  'space-before-colon': {
    'the multipart is that of a field without a blank': (load) =>
      `${V}Content-Type : text/plain\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n${body('B', load)}`,
    'the type of a part ends its header': (load) =>
      asPart(
        `Content-Type: multipart/mixed; boundary=I\r\nContent-Type : text/plain\r\n\r\n${body('I', load)}`,
      ),
    'the transfer encoding is no field': (load) =>
      asPart(
        `Content-Type: text/plain\r\nContent-Transfer-Encoding : 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\n${load.content}`.replace(
          'text/plain',
          /name=\S+/.exec(load.fields)![0].replace(/^/, 'text/plain; '),
        ),
      ),
  },
  'header-end-unclear': {
    'a line of controls ends the header': (load) =>
      asPart(`Content-Type: multipart/mixed; boundary=I\r\n\x0b\r\n--I\r\n${part(load)}--I--\r\n\r\n`),
    'two lone CR end the header': (load) =>
      asPart(
        `Content-Type: multipart/mixed; boundary=I\r\r--I\r${part(load).replaceAll('\r\n', '\r')}\r--I--\r\r\n\r\n`,
      ),
    'a delimiter of the part itself in its header': (load) =>
      asPart(`Content-Type: multipart/mixed; boundary=I\r\n--I\r\n${part(load)}--I--\r\n`),
  },
  'boundaries-differ': {
    'the second of two parameters': (load) =>
      `${V}Content-Type: multipart/mixed; boundary=A; boundary=B\r\n\r\n--A\r\n${TEXT}--A--\r\n${body('B', load)}`,
    'the second of two fields': (load) =>
      `${V}Content-Type: multipart/mixed; boundary=A\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--A\r\n${TEXT}--A--\r\n${body('B', load)}`,
    'the second of two parameters of a part': (load) =>
      asPart(
        `Content-Type: multipart/mixed; boundary=I; boundary=J\r\n\r\n--I\r\n${TEXT}--I--\r\n${body('J', load)}`,
      ),
  },
  'boundary-extended': {
    'the first of the sections': (load) =>
      `${V}Content-Type: multipart/mixed; boundary*0=B; boundary*1=C\r\n\r\n${body('B', load)}`,
    'the sections in the order of the field': (load) =>
      `${V}Content-Type: multipart/mixed; boundary*1=C; boundary*0=B\r\n\r\n${body('C', load)}`,
    'with its charset': (load) =>
      `${V}Content-Type: multipart/mixed; boundary*=us-ascii'en'B\r\n\r\n${body("us-ascii'en'B", load)}`,
    'not decoded': (load) =>
      `${V}Content-Type: multipart/mixed; boundary*=us-ascii''%42\r\n\r\n${body('%42', load)}`,
  },
  'boundary-quoted-pair': {
    'with the backslash': (load) =>
      `${V}Content-Type: multipart/mixed; boundary="x\\y"\r\n\r\n${body('x\\y', load)}`,
    'up to the quote in it': (load) =>
      `${V}Content-Type: multipart/mixed; boundary="x\\"y"\r\n\r\n${body('x\\', load)}`,
    'without the backslash, at the end': (load) =>
      `${V}Content-Type: multipart/mixed; boundary="xy\\\\"\r\n\r\n${body('xy\\\\', load)}`,
  },
  'delimiter-indented': {
    'by a blank': (load) => `${MIXED}--B\r\n${TEXT} --B\r\n${part(load)}--B--\r\n`,
    'by tabs, behind the last part': (load) => `${MIXED}--B\r\n${TEXT}--B--\r\n\t\t--B\r\n${part(load)}`,
    'in an inner multipart': (load) =>
      asPart(
        `Content-Type: multipart/alternative; boundary=I\r\n\r\n--I\r\n${TEXT}  --I\r\n${part(load)}--I--\r\n`,
      ),
  },
  'delimiter-after-bare-cr': {
    'in front of a part': (load) => `${MIXED}--B\r\n${TEXT.trimEnd()}\r--B\r\n${part(load)}--B--\r\n`,
    'and lines that end in it': (load) =>
      `${MIXED}--B\r\n${TEXT.trimEnd()}\r--B\r${part(load).replaceAll('\r\n', '\r')}\r\n--B--\r\n`,
    'in an inner multipart': (load) =>
      asPart(
        `Content-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n${TEXT.trimEnd()}\r--I\r\n${part(load)}--I--\r\n`,
      ),
  },
  'encoded-multipart-differs': {
    'the message is base64': (load) =>
      encoded(`${V}Content-Type: multipart/mixed; boundary=B\r\n`, body('B', load)),
    'a part is base64': (load) =>
      asPart(encoded('Content-Type: multipart/mixed; boundary=I\r\n', body('I', load))),
    'delimiters in quoted-printable': (load) =>
      `${V}Content-Type: multipart/mixed; boundary=B\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n--B\r\n${TEXT}=2D-B\r\n${part(load).replaceAll('=', '=3D')}--B--\r\n`,
  },
  'encoded-message': {
    'in base64': (load) => asPart(encoded('Content-Type: message/rfc822\r\n', inner(load))),
    'in base64, twice': (load) =>
      asPart(
        encoded(
          'Content-Type: message/rfc822\r\n',
          asPart(encoded('Content-Type: message/rfc822\r\n', inner(load))),
        ),
      ),
    'in quoted-printable': (load) =>
      asPart(
        `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${inner(load).replaceAll('=', '=3D').replaceAll('--B', '=2D-B')}`,
      ),
    'of an international header': (load) => asPart(encoded('Content-Type: message/global\r\n', inner(load))),
  },
};

const CASES = Object.entries(MESSAGES).flatMap(([code, messages]) =>
  Object.entries(messages).map(([name, message]) => ({ code, name, message })),
);

describe('codes that messages are not held for', () => {
  it.each(CASES)('do not hide a virus: $code, $name', async ({ message }) => {
    const result = await throughChain(message(loadOf(EICAR, 'notes.dat')));
    expect(result.failures).toEqual([]);
    expect(result.verdict.kind).toBe('reject');
  });

  it.each(CASES)('do not hide a forbidden name: $code, $name', async ({ message }) => {
    const result = await throughChain(message(loadOf(Buffer.from('harmless'), 'evil.exe')));
    expect(result.failures).toEqual([]);
    expect(isLetThrough(result)).toBe(false);
  });

  it.each(CASES)('are no finding of their own: $code, $name', async ({ code, message }) => {
    const result = await throughChain(message(loadOf(Buffer.from('harmless'), 'notes.dat')));
    expect(result.failures).toEqual([]);
    expect(result.ambiguities.map((found) => found.code)).toContain(code);
    expect(STRUCTURE_SPLITTING.has(code)).toBe(false);
    expect([result.verdict.kind, result.bodyChanged]).toEqual(['accept', false]);
    // The header of a part behind what is no delimiter by the rules is a code that messages are held for.
    expect([undefined, 'ambiguous structure: header-in-content']).toContain(result.quarantine);
  });
});
