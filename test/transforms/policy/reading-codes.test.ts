import { describe, expect, it } from 'vitest';
import { EICAR } from '../../support/eicar.ts';
import { isHeld, throughChain } from '../../support/scan-chain.ts';
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

function load(bytes: Buffer, name: string): Load {
  return {
    fields: `Content-Type: application/octet-stream; name=${name}\r\nContent-Transfer-Encoding: base64\r\n`,
    content: base64(bytes.toString('latin1')),
  };
}

const part = ({ fields, content }: Load): string => `${fields}\r\n${content}`;
/** A multipart by `boundary` with the load behind a text. */
const body = (boundary: string, it: Load): string =>
  `--${boundary}\r\n${TEXT}--${boundary}\r\n${part(it)}--${boundary}--\r\n`;
const inner = (it: Load): string => `${MIXED}${body('B', it)}`;
const encoded = (fields: string, text: string): string =>
  `${fields}Content-Transfer-Encoding: base64\r\n\r\n${base64(text)}`;
/** For the part that the load is in, in a message that is otherwise plain. */
const asPart = (text: string): string => `${MIXED}--B\r\n${TEXT}--B\r\n${text}--B--\r\n`;

/**
 * Messages in which only some readers find the load, under the code that says so. Nothing but the other readings finds it:
 * it is in base64, behind a delimiter, a boundary or a header that the rules do not see.
 */
const MESSAGES: Readonly<Record<string, Readonly<Record<string, (it: Load) => string>>>> = {
  'space-before-colon': {
    'the multipart is that of a field without a blank': (it) =>
      `${V}Content-Type : text/plain\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n${body('B', it)}`,
    'the type of a part ends its header': (it) =>
      asPart(
        `Content-Type: multipart/mixed; boundary=I\r\nContent-Type : text/plain\r\n\r\n${body('I', it)}`,
      ),
    'the transfer encoding is no field': (it) =>
      asPart(
        `Content-Type: text/plain\r\nContent-Transfer-Encoding : 7bit\r\nContent-Transfer-Encoding: base64\r\n\r\n${it.content}`.replace(
          'text/plain',
          /name=\S+/.exec(it.fields)![0].replace(/^/, 'text/plain; '),
        ),
      ),
  },
  'header-end-unclear': {
    'a line of controls ends the header': (it) =>
      asPart(`Content-Type: multipart/mixed; boundary=I\r\n\x0b\r\n--I\r\n${part(it)}--I--\r\n\r\n`),
    'two lone CR end the header': (it) =>
      asPart(
        `Content-Type: multipart/mixed; boundary=I\r\r--I\r${part(it).replaceAll('\r\n', '\r')}\r--I--\r\r\n\r\n`,
      ),
    'a delimiter of the part itself in its header': (it) =>
      asPart(`Content-Type: multipart/mixed; boundary=I\r\n--I\r\n${part(it)}--I--\r\n`),
  },
  'boundaries-differ': {
    'the second of two parameters': (it) =>
      `${V}Content-Type: multipart/mixed; boundary=A; boundary=B\r\n\r\n--A\r\n${TEXT}--A--\r\n${body('B', it)}`,
    'the second of two fields': (it) =>
      `${V}Content-Type: multipart/mixed; boundary=A\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--A\r\n${TEXT}--A--\r\n${body('B', it)}`,
    'the second of two parameters of a part': (it) =>
      asPart(
        `Content-Type: multipart/mixed; boundary=I; boundary=J\r\n\r\n--I\r\n${TEXT}--I--\r\n${body('J', it)}`,
      ),
  },
  'boundary-extended': {
    'the first of the sections': (it) =>
      `${V}Content-Type: multipart/mixed; boundary*0=B; boundary*1=C\r\n\r\n${body('B', it)}`,
    'the sections in the order of the field': (it) =>
      `${V}Content-Type: multipart/mixed; boundary*1=C; boundary*0=B\r\n\r\n${body('C', it)}`,
    'with its charset': (it) =>
      `${V}Content-Type: multipart/mixed; boundary*=us-ascii'en'B\r\n\r\n${body("us-ascii'en'B", it)}`,
    'not decoded': (it) =>
      `${V}Content-Type: multipart/mixed; boundary*=us-ascii''%42\r\n\r\n${body('%42', it)}`,
  },
  'boundary-quoted-pair': {
    'with the backslash': (it) =>
      `${V}Content-Type: multipart/mixed; boundary="x\\y"\r\n\r\n${body('x\\y', it)}`,
    'up to the quote in it': (it) =>
      `${V}Content-Type: multipart/mixed; boundary="x\\"y"\r\n\r\n${body('x\\', it)}`,
    'without the backslash, at the end': (it) =>
      `${V}Content-Type: multipart/mixed; boundary="xy\\\\"\r\n\r\n${body('xy\\\\', it)}`,
  },
  'delimiter-indented': {
    'by a blank': (it) => `${MIXED}--B\r\n${TEXT} --B\r\n${part(it)}--B--\r\n`,
    'by tabs, behind the last part': (it) => `${MIXED}--B\r\n${TEXT}--B--\r\n\t\t--B\r\n${part(it)}`,
    'in an inner multipart': (it) =>
      asPart(
        `Content-Type: multipart/alternative; boundary=I\r\n\r\n--I\r\n${TEXT}  --I\r\n${part(it)}--I--\r\n`,
      ),
  },
  'delimiter-after-bare-cr': {
    'in front of a part': (it) => `${MIXED}--B\r\n${TEXT.trimEnd()}\r--B\r\n${part(it)}--B--\r\n`,
    'and lines that end in it': (it) =>
      `${MIXED}--B\r\n${TEXT.trimEnd()}\r--B\r${part(it).replaceAll('\r\n', '\r')}\r\n--B--\r\n`,
    'in an inner multipart': (it) =>
      asPart(
        `Content-Type: multipart/mixed; boundary=I\r\n\r\n--I\r\n${TEXT.trimEnd()}\r--I\r\n${part(it)}--I--\r\n`,
      ),
  },
  'encoded-multipart-differs': {
    'the message is base64': (it) =>
      encoded(`${V}Content-Type: multipart/mixed; boundary=B\r\n`, body('B', it)),
    'a part is base64': (it) =>
      asPart(encoded('Content-Type: multipart/mixed; boundary=I\r\n', body('I', it))),
    'delimiters in quoted-printable': (it) =>
      `${V}Content-Type: multipart/mixed; boundary=B\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n--B\r\n${TEXT}=2D-B\r\n${part(it).replaceAll('=', '=3D')}--B--\r\n`,
  },
  'encoded-message': {
    'in base64': (it) => asPart(encoded('Content-Type: message/rfc822\r\n', inner(it))),
    'in base64, twice': (it) =>
      asPart(
        encoded(
          'Content-Type: message/rfc822\r\n',
          asPart(encoded('Content-Type: message/rfc822\r\n', inner(it))),
        ),
      ),
    'in quoted-printable': (it) =>
      asPart(
        `Content-Type: message/rfc822\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n${inner(it).replaceAll('=', '=3D').replaceAll('--B', '=2D-B')}`,
      ),
    'of an international header': (it) => asPart(encoded('Content-Type: message/global\r\n', inner(it))),
  },
};

const CASES = Object.entries(MESSAGES).flatMap(([code, messages]) =>
  Object.entries(messages).map(([name, message]) => ({ code, name, message })),
);

describe('codes that messages are not held for', () => {
  it.each(CASES)('do not hide a virus: $code, $name', async ({ message }) => {
    const result = await throughChain(message(load(EICAR, 'notes.dat')));
    expect(result.failures).toEqual([]);
    expect(result.verdict.kind).toBe('reject');
  });

  it.each(CASES)('do not hide a forbidden name: $code, $name', async ({ message }) => {
    const result = await throughChain(message(load(Buffer.from('harmless'), 'evil.exe')));
    expect(result.failures).toEqual([]);
    expect(isHeld(result) || result.bodyChanged).toBe(true);
  });

  it.each(CASES)('are no finding of their own: $code, $name', async ({ code, message }) => {
    const result = await throughChain(message(load(Buffer.from('harmless'), 'notes.dat')));
    expect(result.failures).toEqual([]);
    expect(result.ambiguities.map((found) => found.code)).toContain(code);
    expect(STRUCTURE_SPLITTING.has(code)).toBe(false);
    expect([result.verdict.kind, result.bodyChanged]).toEqual(['accept', false]);
    // The header of a part behind what is no delimiter by the rules is a code that messages are held for.
    expect([undefined, 'ambiguous structure: header-in-content']).toContain(result.quarantine);
  });
});
