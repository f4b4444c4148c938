import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const WORDS =
  'the quick brown fox jumps over a lazy dog while seven wizards pack my box with five dozen jugs'.split(' ');

/** Lines of words, about so many bytes, the same on every run. */
export function prose(bytes: number, line: (words: string) => string = (words) => words): string {
  let text = '';
  for (let i = 0; text.length < bytes; i += 13) {
    const words = Array.from({ length: 13 }, (_, k) => WORDS[((i + k) * 7 + (i >> 4)) % WORDS.length]);
    text += `${line(words.join(' '))}\r\n`;
  }
  return text;
}

function header(subject: string, type: string): string {
  return [
    'Received: from client.example.net (client.example.net [192.0.2.7])',
    '\tby mx.example.org with ESMTPS id 4BENCH for <to@example.org>;',
    '\tMon, 01 Jan 2024 00:00:00 +0000',
    'From: Sender <from@example.org>',
    'To: <to@example.org>',
    `Subject: ${subject}`,
    'Date: Mon, 01 Jan 2024 00:00:00 +0000',
    'Message-ID: <bench@example.org>',
    'MIME-Version: 1.0',
    `Content-Type: ${type}`,
    '',
    '',
  ].join('\r\n');
}

/** 2 KB of text: the mail that there is most of. */
export const TEXT = header('text', 'text/plain; charset=utf-8') + prose(2000);

/** 30 KB of text and quoted-printable HTML. */
export const ALTERNATIVE = [
  header('alternative', 'multipart/alternative; boundary="=_bench"'),
  '--=_bench\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n',
  prose(10_000),
  '\r\n--=_bench\r\nContent-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
  '<html><body>\r\n',
  prose(20_000, (words) => `<p class=3D"x">${words.slice(0, 50)} =\r\n=C3=A9t=C3=A9</p>`),
  '</body></html>\r\n--=_bench--\r\n',
].join('');

/** A short text with an attachment, as a binary string. */
export function withAttachment(content: Buffer): string {
  return [
    header('attached', 'multipart/mixed; boundary="=_bench"'),
    '--=_bench\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n',
    prose(500),
    '\r\n--=_bench\r\nContent-Type: application/octet-stream; name=data.bin\r\n',
    'Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=data.bin\r\n\r\n',
    content.toString('base64').replace(/.{76}/g, '$&\r\n'),
    '\r\n--=_bench--\r\n',
  ].join('');
}

/** Write the messages into a directory; their paths. */
export async function writeMessages(directory: string): Promise<{ text: string; alternative: string }> {
  const paths = { text: join(directory, 'text-2k.eml'), alternative: join(directory, 'alternative-30k.eml') };
  await Promise.all([
    writeFile(paths.text, TEXT, 'latin1'),
    writeFile(paths.alternative, ALTERNATIVE, 'latin1'),
  ]);
  return paths;
}
