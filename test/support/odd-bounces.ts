import { base64, file, HTML, mail, mixed, multipart, type OddMail, parts, TEXT } from './odd-mail.ts';

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\n%%EOF\n';
const ORIGINAL = mixed(
  TEXT,
  file('application/pdf; name=a.pdf', 'attachment; filename=a.pdf', PDF.repeat(20)),
);
const HEADER = (encoding: string): string =>
  `Return-Path: <a@example.org>\r\nReceived: from a (a [192.0.2.1]) by mx; Mon, 1 Jan 2024 10:00:00 +0100\r\nFrom: a@example.org\r\nTo: b@example.net\r\nSubject: Hello\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: ${encoding}\r\n`;
const STATUS =
  'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example.org\r\n\r\nFinal-Recipient: rfc822; b@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n';
const report = (boundary: string, ...entities: string[]): string =>
  mail(
    `Auto-Submitted: auto-replied\r\nContent-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="${boundary}"`,
    parts(boundary, TEXT, STATUS, ...entities),
  );
const inText = (text: string): string => mail('Content-Type: text/plain; charset=us-ascii', text);

/** What mail servers send back. */
export const BOUNCES: OddMail = {
  'Postfix: the header only, of an encoded text, without a blank line': report(
    '1B2C3D.1/mx',
    `Content-Description: Undelivered Message Headers\r\nContent-Type: text/rfc822-headers\r\n\r\n${HEADER('base64')}`,
  ),
  'Sendmail: a header as a message, of a text in base64': report(
    't1',
    `Content-Type: message/rfc822\r\n\r\n${HEADER('base64')}`,
  ),
  'Sendmail: a header as a message, of a text in quoted-printable, without a line end': report(
    't1',
    `Content-Type: message/rfc822\r\n\r\n${HEADER('quoted-printable').trimEnd()}`,
  ),
  'Sendmail: a header as a message, and an empty line': report(
    't1',
    `Content-Type: message/rfc822\r\n\r\n${HEADER('quoted-printable')}\r\n`,
  ),
  'Sendmail: two messages in one report': report(
    't2',
    `Content-Type: message/rfc822\r\n\r\n${HEADER('base64')}`,
    `Content-Type: message/rfc822\r\n\r\n${ORIGINAL}`,
  ),
  'a header as a message, in a message that is forwarded': mixed(
    TEXT,
    `Content-Type: message/rfc822\r\n\r\n${report('t3', `Content-Type: message/rfc822\r\n\r\n${HEADER('base64')}`)}`,
    HTML,
  ),
  ...Object.fromEntries(
    [120, 250, 300, 330, 420, 470, 520, 560, 700].map((length) => [
      `a message that is cut off behind ${length} bytes`,
      report('cut', `Content-Type: message/rfc822\r\n\r\n${ORIGINAL.slice(0, length)}`),
    ]),
  ),
  'Exim: all in the text': inText(
    `This message was created automatically by mail delivery software.\r\n\r\n  b@example.net\r\n    host mx.example.net [192.0.2.2]\r\n    550 no such user\r\n\r\n------ This is a copy of the message, including all the headers. ------\r\n\r\n${ORIGINAL}`,
  ),
  'Exim: a copy that is cut off in the text': inText(
    `A message that you sent could not be delivered.\r\n\r\n------ This is a copy of the message, including all the headers. ------\r\n------ The body of the message is 2048 characters long; only the first\r\n------ 300 or so are included here.\r\n\r\n${ORIGINAL.slice(0, 500)}\r\n`,
  ),
  'qmail: a text with the boundary of the message in it, cut off': inText(
    `Hi. This is the qmail-send program at example.org.\r\nI'm afraid I wasn't able to deliver your message to the following addresses.\r\n\r\n<b@example.net>:\r\n192.0.2.2 does not like recipient.\r\n\r\n--- Below this line is a copy of the message.\r\n\r\n${ORIGINAL.slice(0, 620)}\r\n--- End of message stripped.\r\n`,
  ),
  'Sendmail, before there were reports: an unsent message follows': mail(
    'Content-Type: multipart/mixed; boundary="AA12345.94/mx"',
    `\r\nThis is a MIME-encapsulated message\r\n\r\n${parts('AA12345.94/mx', '\r\n   ----- Transcript of session follows -----\r\n550 b@example.net... User unknown\r\n', `Content-Type: message/rfc822\r\n\r\n${ORIGINAL}`)}`,
  ),
  'a bounce of a bounce of a bounce': report(
    'b1',
    `Content-Type: message/rfc822\r\n\r\n${report('b1x', `Content-Type: message/rfc822\r\n\r\n${report('b1xy', `Content-Type: text/rfc822-headers\r\n\r\n${HEADER('8bit')}`)}`)}`,
  ),
  'a gateway: what it has taken out, in words and as the fields were': inText(
    'The following attachment was removed from your message:\r\n\r\nContent-Type: application/octet-stream; name="report.pdf"\r\nContent-Disposition: attachment; filename="report.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\nIt was too large. Please send a link.\r\n',
  ),
  'a gateway: a file that was blocked, by its fields': inText(
    'Your message was not accepted. The following part is not allowed:\r\n\r\nContent-Type: application/x-msdownload; name="setup.exe"\r\nContent-Disposition: attachment; filename="setup.exe"\r\n\r\nPlease contact your administrator.\r\n',
  ),
  'a gateway: a file that was blocked, by its name': inText(
    'The attachment setup.exe was removed.\r\nFile: setup.exe\r\nfilename="setup.exe"\r\nname=setup.exe\r\nRule: *.exe\r\n',
  ),
  'a warning that a message is delayed, with its header': mail(
    'Content-Type: multipart/report; report-type=delivery-status; boundary=w',
    parts(
      'w',
      TEXT,
      STATUS.replace('failed', 'delayed'),
      `Content-Description: Delayed Message Headers\r\nContent-Type: text/rfc822-headers; charset=us-ascii\r\nContent-Transfer-Encoding: 8bit\r\n\r\n${HEADER('base64')}`,
    ),
  ),
  'a challenge of a mailing list, with the message attached': mail(
    'Content-Type: multipart/mixed; boundary="===============0123456789=="\r\nPrecedence: bulk\r\nX-Mailman-Version: 2.1.39',
    parts(
      '===============0123456789==',
      'Content-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\n\r\nAs list administrator, your authorization is requested.\r\n',
      `Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\n\r\n${ORIGINAL}`,
      'Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\n\r\nSubject: confirm 0123456789abcdef\r\nFrom: list-request@example.org\r\n\r\nIf you reply to this message, keep the subject.\r\n',
    ),
  ),
  'Mailman: a digest in plain text, with rulers': inText(
    `Send List mailing list submissions to\r\n\tlist@example.org\r\n\r\nToday's Topics:\r\n\r\n   1. One (Anna)\r\n\r\n\r\n${'-'.repeat(70)}\r\n\r\nMessage: 1\r\nDate: Mon, 1 Jan 2024 10:00:00 +0100\r\nFrom: Anna <anna@example.org>\r\nSubject: One\r\nContent-Type: text/plain; charset=UTF-8; format=flowed\r\n\r\nText.\r\n-------------- next part --------------\r\nA non-text attachment was scrubbed...\r\nName: setup.exe\r\nType: application/octet-stream\r\nSize: 123 bytes\r\nURL: <http://lists.example.org/attachment.obj>\r\n\r\n${'-'.repeat(30)}\r\n\r\nSubject: Digest Footer\r\n\r\n_______________________________________________\r\nlist@example.org\r\n\r\n${'-'.repeat(30)}\r\n\r\nEnd of List Digest, Vol 1, Issue 1\r\n**********************************\r\n`,
  ),
  'Mailman: a digest in MIME with its masthead, contents and footer': mail(
    'Content-Type: multipart/mixed; boundary="===============1111=="\r\nX-Mailman-Version: 2.1.39',
    parts(
      '===============1111==',
      'Content-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\nContent-Description: List Digest, Vol 1, Issue 1\r\n\r\nSend list submissions to list@example.org\r\n',
      'Content-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\nContent-Description: Today\'s Topics (1 messages)\r\n\r\n   1. One (Anna)\r\n',
      multipart(
        'digest',
        '===============2222==',
        `Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\n\r\n${ORIGINAL.replace('From: Anna', 'Message: 1\r\nFrom: Anna')}`,
        `Content-Type: message/rfc822\r\nMIME-Version: 1.0\r\n\r\n${mail('Content-Type: text/plain; charset="utf-8"\r\nContent-Transfer-Encoding: base64', base64('Hello.'))}`,
      ).replace('boundary="===============2222=="', 'boundary="===============2222=="\r\nMIME-Version: 1.0'),
      'Content-Type: text/plain; charset="us-ascii"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: 7bit\r\nContent-Description: Digest Footer\r\n\r\n_______________________________________________\r\n',
    ),
  ),
  'a mailing list: a footer behind the last delimiter that speaks of fields': `${mixed(TEXT, HTML)}\r\n_______________________________________________\r\nTo unsubscribe, send a message with\r\nSubject: unsubscribe\r\nContent-Type: text/plain\r\nto list-request@example.org\r\n`,
  'a mailing list: its footer as a part behind opaque signed mail': mixed(
    file(
      'application/pkcs7-mime; smime-type=signed-data; name=smime.p7m',
      'attachment; filename=smime.p7m',
      '0\x80\x06\x09',
    ),
    'Content-Type: text/plain; charset="utf-8"\r\nMIME-Version: 1.0\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline\r\n\r\nX19fX19fX19fXwpsaXN0Cg==\r\n',
  ),
  'a list server: a part that was removed, as an empty one': mixed(
    TEXT,
    'Content-Type: text/plain\r\nContent-Description: removed: setup.exe (application/x-msdownload)\r\n\r\nThe part was removed.\r\n',
  ),
  'a mail by Majordomo with the message in it, its lines with a sign': inText(
    `Your mail was not accepted:\r\n\r\n${ORIGINAL.replaceAll(/^/gm, '> ')}\r\n`,
  ),
};
