/** A message of the demonstration, with the envelope that it travels in. */
export interface DemoMessage {
  readonly title: string;
  readonly from: string;
  readonly to: readonly string[];
  /** The whole message, CR LF line ends. */
  readonly bytes: Buffer;
}

const PDF = `%PDF-1.4
1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj
2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj
3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 100]>>endobj
trailer<</Root 1 0 R>>
%%EOF
`;

/** Text and HTML, a PDF that stays, and a program that does not. */
export function reportMessage(): DemoMessage {
  return {
    title: 'a report with text, HTML, a PDF and a program',
    from: 'anna@example.org',
    to: ['ben@example.net'],
    bytes: lines(
      'From: Anna <anna@example.org>',
      'To: Ben <ben@example.net>',
      'Subject: =?utf-8?q?Caf=C3=A9_figures_for_March?=',
      'Date: Mon, 2 Mar 2026 09:30:00 +0100',
      'Message-ID: <report-1@example.org>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="=-outer"',
      '',
      'This is a message in MIME format.',
      '--=-outer',
      'Content-Type: multipart/alternative; boundary="=-inner"',
      '',
      '--=-inner',
      'Content-Type: text/plain; charset=utf-8',
      'Content-Transfer-Encoding: quoted-printable',
      '',
      'Hello Ben,',
      '',
      'here are the caf=C3=A9 figures for March, and the program that made them.',
      '',
      'Anna',
      '--=-inner',
      'Content-Type: text/html; charset=utf-8',
      'Content-Transfer-Encoding: 8bit',
      '',
      '<html><body>',
      '<p>Hello Ben,</p>',
      '<p>here are the <b>café figures</b> for March, and the program that made them.</p>',
      '<p>Anna</p>',
      '</body></html>',
      '--=-inner--',
      '',
      '--=-outer',
      'Content-Type: application/pdf; name="figures.pdf"',
      'Content-Disposition: attachment; filename="figures.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      ...base64(PDF),
      '--=-outer',
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename="figures.exe"',
      'Content-Transfer-Encoding: base64',
      '',
      ...base64('MZ: not a program, only named like one.\r\n'),
      '--=-outer--',
    ),
  };
}

/** The EICAR test string in an attachment: harmless, but every virus scanner has to find it. */
export function infectedMessage(): DemoMessage {
  return {
    title: 'an attachment with the EICAR test string',
    from: 'mallory@example.com',
    to: ['ben@example.net'],
    bytes: lines(
      'From: Mallory <mallory@example.com>',
      'To: Ben <ben@example.net>',
      'Subject: Your invoice',
      'Date: Mon, 2 Mar 2026 09:31:00 +0100',
      'Message-ID: <invoice-1@example.com>',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary="=-parts"',
      '',
      '--=-parts',
      'Content-Type: text/plain; charset=us-ascii',
      '',
      'Please see the attached invoice.',
      '--=-parts',
      'Content-Type: application/octet-stream',
      'Content-Disposition: attachment; filename="invoice.dat"',
      'Content-Transfer-Encoding: base64',
      '',
      ...base64(eicarTestString()),
      '--=-parts--',
    ),
  };
}

/** Put together here, so that no file of this package is taken for a virus itself. */
function eicarTestString(): string {
  const head = ['X5O!P%@AP[4', '\\PZX54(P^)7CC)7}'].join('');
  return `${head}$${['EICAR', 'STANDARD', 'ANTIVIRUS', 'TEST', 'FILE!'].join('-')}$H+H*`;
}

function lines(...rows: readonly string[]): Buffer {
  return Buffer.from(rows.map((row) => `${row}\r\n`).join(''), 'utf8');
}

/** Base64 in lines of 76 characters (RFC 2045 section 6.8). */
function base64(content: string): string[] {
  return (
    Buffer.from(content, 'utf8')
      .toString('base64')
      .match(/.{1,76}/g) ?? []
  );
}
