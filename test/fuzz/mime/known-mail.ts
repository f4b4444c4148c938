import { EICAR } from '../../support/eicar.ts';
import { draw } from '../../support/evasions.ts';
import { CONSTRUCTS } from '../../support/evasions/pairs.ts';
import { ATTACHMENTS, BY_PROGRAM } from '../../support/odd-mail.ts';
import { ENCODINGS, MAIL_IN_TEXT, STRUCTURES, TEXTS } from '../../support/odd-structures.ts';
import type { Random } from './random.ts';

const ODD = [BY_PROGRAM, ATTACHMENTS, ENCODINGS, MAIL_IN_TEXT, STRUCTURES, TEXTS].flatMap((mail) =>
  Object.values(mail),
);
const NAMES = ['a.exe', 'b.js', 'letter.eml', 'page.mht', 'a.txt', 'winmail.dat', 'A_\xfc.EXE'];
/** What stands in an attachment: a file, a text, a message that has an attachment itself. */
const PAYLOADS = [
  EICAR,
  Buffer.from('a text\r\nof two lines\r\n'),
  Buffer.from(
    `MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=B\r\n\r\n--B\r\nContent-Type: x/y; name=c.exe\r\nContent-Transfer-Encoding: base64\r\n\r\n${EICAR.toString('base64')}\r\n--B--\r\n`,
  ),
];

/** Constructs that are known to be read in different ways, several of them together, and odd mail as programs write it. */
export function makeKnownMail(random: Random): string {
  if (random.chance(25)) return random.pick(ODD);
  const evasions = Array.from({ length: 1 + random.below(3) }, () => random.pick(CONSTRUCTS).evasion);
  return draw(evasions, random.pick(PAYLOADS), random.pick(NAMES));
}
