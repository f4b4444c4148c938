import { base64, file, HTML, mail, mixed, multipart, type OddMail, parts, TEXT } from './odd-mail.ts';

const PDF = '%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\n%%EOF\n';
const PNG = Buffer.from('89504e470d0a1a0a0000000d4948445200000001000000010806000000', 'hex');
const plain = (fields: string, body = 'Hello.\r\n'): string =>
  mail(`${fields}\r\nContent-Type: text/plain`, body);

/** A message attached as it is. */
const attached = (inner: string, fields = ''): string =>
  `Content-Type: message/rfc822\r\n${fields}\r\n${inner}`;

/** A message in a message, so many levels deep; each level is a multipart with a text and the next one. */
function forwarded(levels: number, boundary: (level: number) => string): string {
  let inner = mail('Content-Type: text/plain', 'The first one.\r\n');
  for (let level = levels; level > 0; level--)
    inner = mail(
      `Content-Type: multipart/mixed; boundary="${boundary(level)}"`,
      parts(boundary(level), TEXT, attached(inner, 'Content-Disposition: attachment\r\n')),
    );
  return inner;
}

/** Multiparts in multiparts, so many levels deep. */
function nested(levels: number): string {
  let inner = HTML;
  for (let level = levels; level > 1; level--)
    inner = multipart(level % 2 === 0 ? 'related' : 'mixed', `=_level_${level}`, inner, TEXT);
  return mixed(inner, TEXT);
}

const HEAD_OF_EXCHANGE =
  'X-MS-Has-Attach: yes\r\nX-MS-TNEF-Correlator:\r\nx-originating-ip: [192.0.2.1]\r\nx-ms-publictraffictype: Email\r\n' +
  `x-ms-office365-filtering-correlation-id: 00000000-0000-0000-0000-000000000000\r\nx-microsoft-antispam: BCL:0;ARA:13230040|1800799024;\r\nx-microsoft-antispam-message-info:\r\n =?us-ascii?Q?${'A1b2+/='.repeat(9)}?=\r\n =?us-ascii?Q?${'C3d4+/='.repeat(9)}?=\r\nx-ms-exchange-antispam-messagedata-0: ${base64('x'.repeat(600)).replaceAll('\r\n', '')}`;

/** Programs that write mail, and what is their own about it. */
export const MORE_PROGRAMS: OddMail = {
  'Exchange Online: long fields of its own, an empty one, and a thread index': mail(
    `${HEAD_OF_EXCHANGE}\r\nThread-Topic: Meeting\r\nThread-Index: ${base64('x'.repeat(22)).trim()}\r\nAccept-Language: de-DE, en-US\r\nContent-Language: de-DE\r\nContent-Type: multipart/related;\r\n\tboundary="_005_DB9PR01MB0001EURPRD01PRODEXC_";\r\n\ttype="multipart/alternative"`,
    parts(
      '_005_DB9PR01MB0001EURPRD01PRODEXC_',
      multipart('alternative', '_000_DB9PR01MB0001EURPRD01PRODEXC_', TEXT, HTML),
      file(
        'image/png; name="image001.png"',
        'inline; filename="image001.png"; size=29;\r\n\tcreation-date="Mon, 01 Jan 2024 10:00:00 GMT";\r\n\tmodification-date="Mon, 01 Jan 2024 10:00:01 GMT"\r\nContent-Description: image001.png\r\nContent-ID: <image001.png@01DA3C9E.12345670>',
        PNG,
      ),
    ),
  ),
  'Exchange: an item attached, with dates and no name': mixed(
    TEXT,
    attached(
      mixed(TEXT, HTML),
      'Content-Disposition: attachment;\r\n\tcreation-date="Mon, 01 Jan 2024 10:00:00 GMT";\r\n\tmodification-date="Mon, 01 Jan 2024 10:00:00 GMT"\r\n',
    ),
  ),
  'Exchange: a not delivered report with a global message': mail(
    'Content-Type: multipart/report; report-type=delivery-status;\r\n\tboundary="1b2c3d4e-0000-4000-8000-000000000000"\r\nContent-Language: en-GB\r\nAuto-Submitted: auto-replied\r\nX-MS-Exchange-Message-Is-Ndr:',
    parts(
      '1b2c3d4e-0000-4000-8000-000000000000',
      multipart(
        'alternative; differences=Content-Type',
        '9f8e7d6c-0000-4000-8000-000000000000',
        'Content-Type: text/plain; charset="us-ascii"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nDelivery has failed.=20\r\n',
        'Content-Type: text/html; charset="us-ascii"\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n<html>=0A<p>Delivery has failed.</p></html>\r\n',
      ),
      'Content-Type: message/global-delivery-status\r\n\r\nReporting-MTA: dns;DB9PR01MB0001.eurprd01.prod.exchangelabs.com\r\nReceived-From-MTA: dns;mail.example.org\r\n\r\nFinal-Recipient: rfc822;b@example.net\r\nAction: failed\r\nStatus: 5.1.10\r\nDiagnostic-Code: smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound\r\nX-Display-Name: b@example.net\r\n',
      `Content-Type: message/global\r\n\r\n${mail('X-Name: J\xc3\xb6rg\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit', 'Gr\xc3\xbc\xc3\x9fe\r\n')}`,
    ),
  ),
  'Exchange: a report with the header of an international message': mail(
    'Content-Type: multipart/report; report-type=delivery-status; boundary=g',
    parts(
      'g',
      TEXT,
      'Content-Type: message/global-delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n',
      'Content-Type: message/global-headers\r\n\r\nSubject: Gr\xc3\xbc\xc3\x9fe\r\nContent-Type: multipart/mixed; boundary="x"\r\n',
    ),
  ),
  'Outlook: voting buttons in a winmail.dat beside a rich text': mail(
    'X-MS-TNEF-Correlator: <AM0PR01MB0001@example.org>\r\nContent-Type: multipart/mixed;\r\n\tboundary="----_=_NextPart_000_01DA3C9E.12345678"',
    `This message is in MIME format. Since your mail reader does not understand\r\nthis format, some or all of this message may not be legible.\r\n\r\n${parts(
      '----_=_NextPart_000_01DA3C9E.12345678',
      'Content-Type: text/plain;\r\n\tcharset="iso-8859-1"\r\n\r\nPlease vote.\r\n',
      file(
        'application/ms-tnef',
        'attachment; filename="winmail.dat"',
        Buffer.from('789f3e22010001069008000400000000000100010001079006000800000000000000e80001', 'hex'),
      ),
    )}`,
  ),
  'Outlook: signed and opaque, a message of one part': mail(
    'Content-Type: application/x-pkcs7-mime;smime-type=signed-data;name="smime.p7m"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename="smime.p7m"\r\nContent-Description: S/MIME Encrypted Message',
    base64('0\x80\x06\x09signed'),
  ),
  'Outlook Express: parts that name their own type, and empty folded lines': mail(
    'X-Priority: 3\r\nX-MSMail-Priority: Normal\r\nX-MimeOLE: Produced By Microsoft MimeOLE V6.00.2900.2180\r\nContent-Type: multipart/related;\r\n\ttype="multipart/alternative";\r\n\tboundary="----=_NextPart_000_0001_01DA.1"',
    `This is a multi-part message in MIME format.\r\n\r\n${parts(
      '----=_NextPart_000_0001_01DA.1',
      multipart('alternative', '----=_NextPart_001_0001_01DA.1', TEXT, HTML),
      `Content-Type: image/gif;\r\n\tname="=?iso-8859-1?Q?Br=FCcke.gif?="\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <000701da$3c9e$0100a8c0@pc>\r\n\r\n${base64('GIF89a')}`,
    )}`,
  ),
  'System.Net.Mail: a fold with nothing behind the boundary': `From: a@example.org\r\nTo: b@example.net\r\nContent-Type: multipart/mixed;\r\n boundary=--boundary_0_8ab0e518-760f-4a94-acc0-66f7cdea5c9f\r\n \r\nMIME-Version: 1.0\r\nSubject: Hello\r\n\r\n${parts(
    '--boundary_0_8ab0e518-760f-4a94-acc0-66f7cdea5c9f',
    'Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nHello.\r\n',
    file('application/pdf; name=a.pdf', 'attachment', PDF),
  )}`,
  'System.Net.Mail: an alternate view in a multipart whose boundary begins alike': mail(
    'Content-Type: multipart/mixed;\r\n boundary=--boundary_1_5f1c',
    parts(
      '--boundary_1_5f1c',
      multipart('alternative', '--boundary_0_5f1c', TEXT, HTML),
      file('application/octet-stream; name="=?utf-8?B?w5xiZXIucGRm?="', 'attachment', PDF),
    ),
  ),
  'Lotus Notes: a boundary that is folded in its quotes': mail(
    'Content-Type: multipart/mixed; boundary="=_mixed\r\n 0041B2C3C1257F00_="',
    parts(
      '=_mixed 0041B2C3C1257F00_=',
      multipart(
        'related',
        '=_related 0041B2C4C1257F00_=',
        multipart('alternative', '=_alternative 0041B2C5C1257F00_=', TEXT, HTML),
        file('image/gif', 'inline', 'GIF89a'),
      ),
      file('application/pdf', 'attachment; filename="Angebot Nr. 5.pdf"', PDF),
    ),
  ),
  'Lotus Notes: a report, with fields in small letters': mail(
    'Auto-Submitted: auto-generated\r\nContent-type: multipart/report; report-type=delivery-status; \r\n\tBoundary="0__=4EBB09A6DFB1B2"',
    `\r\n${parts(
      '0__=4EBB09A6DFB1B2',
      'Content-type: text/plain; charset=US-ASCII\r\nContent-transfer-encoding: quoted-printable\r\n\r\nUser not listed in Domino Directory=\r\n\r\n',
      'Content-type: message/delivery-status\r\n\r\nReporting-MTA: dns;mail.example.org\r\n\r\nFinal-Recipient: rfc822;b@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n',
      `Content-type: message/rfc822\r\n\r\n${mixed(TEXT, HTML)}`,
    )}`,
  ),
  'Apple Mail: a resource fork and data': mixed(
    TEXT,
    multipart(
      'appledouble',
      'Apple-Mail-2--1',
      `Content-Transfer-Encoding: base64\r\nContent-Type: application/applefile;\r\n\tname="letter.doc"\r\nContent-Disposition: attachment;\r\n\tfilename=letter.doc\r\n\r\n${base64(Buffer.from('00051607000200004d6163204f5320582020202020202020', 'hex'))}`,
      `Content-Transfer-Encoding: base64\r\nContent-Id: <1.2@example.org>\r\nContent-Type: application/msword;\r\n\tx-mac-creator=4D535744;\r\n\tx-unix-mode=0644;\r\n\tx-mac-type=5738424E;\r\n\tname="letter.doc"\r\nContent-Disposition: attachment;\r\n\tfilename=letter.doc\r\n\r\n${base64(Buffer.from('d0cf11e0a1b11ae1', 'hex'))}`,
    ),
  ),
  'Apple Mail: an address of a part that ends in com': mixed(
    TEXT,
    file(
      'application/pdf;\r\n\tname="letter.pdf";\r\n\tx-apple-part-url="ABCD1234-1234-5678-9999-123412341234@yahoo.com"',
      'inline;\r\n\tfilename="letter.pdf"',
      PDF,
    ),
  ),
  'Apple Mail: flowed text with delsp, signed in clear': mail(
    'Content-Type: multipart/signed;\r\n\tboundary="Apple-Mail=_7F-1";\r\n\tprotocol="application/pkcs7-signature";\r\n\tmicalg=sha-256',
    parts(
      'Apple-Mail=_7F-1',
      'Content-Transfer-Encoding: quoted-printable\r\nContent-Type: text/plain;\r\n\tcharset=utf-8;\r\n\tformat=flowed;\r\n\tdelsp=yes\r\n\r\nGr=C3=BC=C3=9Fe =\r\n\r\naus Wien.=20\r\n',
      file(
        'application/pkcs7-signature;\r\n\tname=smime.p7s',
        'attachment;\r\n\tfilename=smime.p7s',
        '0\x80\x06\x09',
      ),
    ),
  ),
  'Gmail: a name in encoded words and in RFC 2231, and an attachment id': mixed(
    TEXT,
    file(
      'application/pdf; name="=?UTF-8?B?0KHRh9GR0YIucGRm?="',
      'attachment; filename*=UTF-8\'\'%D0%A1%D1%87%D1%91%D1%82.pdf; filename="=?UTF-8?B?0KHRh9GR0YIucGRm?="\r\nContent-ID: <f_lq1a2b3c0>\r\nX-Attachment-Id: f_lq1a2b3c0',
      PDF,
    ),
  ),
  'Gmail: a bounce with an icon and the message': mail(
    'Content-Type: multipart/report; boundary="000000000000d1"; report-type=delivery-status\r\nAuto-Submitted: auto-replied',
    parts(
      '000000000000d1',
      multipart(
        'related',
        '000000000000d2',
        multipart('alternative', '000000000000d3', TEXT, HTML),
        file('image/png; name="icon.png"', 'attachment; filename="icon.png"\r\nContent-ID: <icon.png>', PNG),
      ),
      'Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; googlemail.com\r\nReceived-From-MTA: dns; a@example.org\r\n\r\nFinal-Recipient: rfc822; b@example.net\r\nAction: failed\r\nStatus: 5.1.1\r\n',
      `Content-Type: message/rfc822\r\n\r\n${mixed(TEXT, HTML)}`,
    ),
  ),
  'Yahoo: underscores, and a length of the text': mail(
    'Content-Type: multipart/alternative; \r\n\tboundary="----=_Part_123_456.789"\r\nContent-Length: 300\r\nX-Mailer: WebService/1.1.1 YMailNorrin',
    parts('----=_Part_123_456.789', TEXT, HTML),
  ),
  'Thunderbird: deleted attachments': mixed(
    TEXT,
    'Content-Type: text/x-moz-deleted; charset=utf-8;\r\n name="Deleted: setup.exe.txt"\r\nContent-Transfer-Encoding: 8bit\r\nContent-Disposition: inline; filename="Deleted: setup.exe.txt"\r\nX-Mozilla-Altered: AttachmentDeleted; date="Mon, 01 Jan 2024"\r\n\r\nYou deleted an attachment from this message. The original MIME headers for the attachment were:\r\nContent-Type: application/zip;\r\n name="setup.zip"\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n filename="setup.zip"\r\n\r\n',
  ),
  'Thunderbird: protected headers inside of signed mail': mail(
    'Content-Type: multipart/signed; micalg=pgp-sha256;\r\n protocol="application/pgp-signature";\r\n boundary="------------0iTtdYHb0Tb0Tb0"',
    `This is an OpenPGP/MIME signed message (RFC 4880 and 3156)\r\n${parts(
      '------------0iTtdYHb0Tb0Tb0',
      `Content-Type: multipart/mixed; boundary="------------0iTtdYHb0Tb0Tb1";\r\n protected-headers="v1"\r\nFrom: Anna <anna@example.org>\r\nTo: b@example.net\r\nSubject: Hello\r\n\r\n${parts(
        '------------0iTtdYHb0Tb0Tb1',
        multipart(
          'mixed',
          '------------0iTtdYHb0Tb0Tb2',
          'Content-Type: text/plain; charset=UTF-8; format=flowed\r\nContent-Transfer-Encoding: base64\r\n\r\nSGVsbG8uDQo=\r\n',
          'Content-Type: application/pgp-keys; name="OpenPGP_0x1234.asc"\r\nContent-Disposition: attachment; filename="OpenPGP_0x1234.asc"\r\nContent-Description: OpenPGP public key\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n-----BEGIN PGP PUBLIC KEY BLOCK-----\r\n\r\nxsDNBGA=3D\r\n=3Dabcd\r\n-----END PGP PUBLIC KEY BLOCK-----\r\n',
        ),
      )}`,
      'Content-Type: application/pgp-signature; name="OpenPGP_signature.asc"\r\nContent-Description: OpenPGP digital signature\r\nContent-Disposition: attachment; filename="OpenPGP_signature"\r\n\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\nwsD5BAABCAAj\r\n=abcd\r\n-----END PGP SIGNATURE-----\r\n',
    )}`,
  ),
  'mutt: a forwarded message that is described': mixed(
    'Content-Type: text/plain; charset=us-ascii\r\nContent-Disposition: inline\r\n\r\nSee below.\r\n',
    attached(
      mixed(TEXT, HTML),
      'Content-Description: Forwarded message from Anna <anna@example.com>\r\nContent-Disposition: inline\r\n',
    ),
  ),
  'mutt: PGP in the text by its type': mail(
    'Content-Type: application/pgp; x-action=sign; format=text\r\nContent-Transfer-Encoding: quoted-printable',
    '-----BEGIN PGP SIGNED MESSAGE-----=0AHash: SHA1\r\n\r\nHello=20\r\n-----BEGIN PGP SIGNATURE-----\r\n\r\niD8DBQFA\r\n=3Dabcd\r\n-----END PGP SIGNATURE-----\r\n',
  ),
  'Gnus: a digest whose parts have no header at all': mail(
    'Content-Type: multipart/digest; boundary="=-=-="',
    parts(
      '=-=-=',
      '\r\nFrom: a@example.org\r\nSubject: One\r\n\r\nOne.\r\n',
      '\r\nFrom: b@example.org\r\nSubject: Two\r\n\r\nTwo.\r\n',
    ),
  ),
  'Gnus: external parts, one with an address': mixed(
    TEXT,
    'Content-Type: message/external-body; access-type=URL;\r\n URL="http://www.example.com/\r\n pub/setup.txt"; expiration="Mon, 01 Jan 2035 00:00:00 GMT"\r\n\r\nContent-Type: text/plain\r\nContent-ID: <1@example.com>\r\nContent-Transfer-Encoding: binary\r\n\r\n',
  ),
  'Gnus: an RFC as a mail server sends it': mixed(
    TEXT,
    multipart(
      'alternative',
      'OtherAccess',
      'Content-Type: Message/External-body; access-type="mail-server";\r\n\tserver="mailserv@ds.example.net"\r\n\r\nContent-Type: text/plain\r\nContent-ID: <19991231.I-D@example.com>\r\n\r\nENCODING mime\r\nFILE /internet-drafts/draft-a-00.txt\r\n',
      'Content-Type: Message/External-body; name="draft-a-00.txt"; site="ftp.example.net";\r\n\taccess-type="anon-ftp"; directory="internet-drafts"\r\n\r\nContent-Type: text/plain\r\nContent-ID: <19991231.I-D@example.com>\r\n\r\n',
    ),
  ),
  'Eudora: a picture in BinHex': mixed(
    'Content-Type: text/plain; charset="us-ascii"\r\n\r\nSee it.\r\n',
    'Content-Type: application/mac-binhex40; name="picture.jpg"\r\nContent-Disposition: attachment; filename="picture.jpg"\r\n\r\n(This file must be converted with BinHex 4.0)\r\n:#h"TBh4eFQ8ZDQPRG!"25dP8T#"25dP8!!!!!!)!N!-"8!0!!!!:\r\n',
  ),
  'Eudora: an answer with lines that begin with From': mail(
    'Content-Type: text/plain; charset="us-ascii"; format=flowed\r\nX-Mailer: QUALCOMM Windows Eudora Version 5.1',
    'At 10:00 AM 1/1/2001 +0100, you wrote:\r\n>From what I see \r\n>it works.\r\nFrom here, too.\r\n',
  ),
  'Alpine: a part of a list that is described with nothing': mail(
    'Content-Type: MULTIPART/MIXED; BOUNDARY="8323329-1804289383-1:=12345"\r\nContent-ID: <alpine.DEB.2.21.1>',
    `  This message is in MIME format.  The first part should be readable text,\r\n  while the remaining parts are likely unreadable without MIME-aware tools.\r\n\r\n${parts(
      '8323329-1804289383-1:=12345',
      'Content-Type: TEXT/PLAIN; format=flowed; CHARSET=ISO-8859-15\r\nContent-Transfer-Encoding: 8BIT\r\nContent-ID: <alpine.DEB.2.21.2>\r\n\r\nGr\xfc\xdfe\r\n',
      'Content-Type: MESSAGE/RFC822; CHARSET=US-ASCII\r\nContent-ID: <alpine.DEB.2.21.3>\r\nContent-Description: \r\n\r\nFrom: a@example.org\r\nSubject: x\r\n\r\nText.\r\n',
    )}`,
  ),
  'a script: fields of a part in front of those of the message': `Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\nMIME-Version: 1.0\r\nX-PHP-Originating-Script: 33:mail.php\r\nFrom: shop@example.org\r\nSubject: =?utf-8?B?QmVzdGVsbHVuZw==?=\r\n\r\n<p>Gr\xc3\xbc\xc3\x9fe</p>\r\n`,
  'a script: the multipart begins at once': `From: shop@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="np5f"\r\nSubject: Order\r\n\r\n\r\n\r\n${parts('np5f', TEXT, HTML)}\r\n\r\n`,
  'a forwarding of forwardings, 10 deep': forwarded(10, (level) => `=_forward_${level}`),
  'a forwarding of forwardings, with boundaries that begin alike': forwarded(
    12,
    (level) => `----=_NextPart_${'0'.repeat(level)}`,
  ),
  'multiparts in multiparts, 10 deep': nested(10),
  'multiparts in multiparts, 20 deep': nested(20),
  'a message in a message, 9 deep, without multiparts': mixed(
    attached(
      'Content-Type: message/rfc822\r\n\r\n'.repeat(8) + mail('Content-Type: text/plain', 'Text.\r\n'),
    ),
  ),
  'a signed message inside of a forwarded one': mixed(
    TEXT,
    attached(
      mail(
        'Content-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha1; boundary=s1',
        parts(
          's1',
          mixed(TEXT, HTML).replace(/^.*?MIME-Version: 1.0\r\n/s, ''),
          file('application/x-pkcs7-signature; name=smime.p7s', 'attachment; filename=smime.p7s', '0\x80'),
        ),
      ),
    ),
  ),
  'EDI: an order signed and sent by AS2': mail(
    'AS2-From: "A"\r\nAS2-To: "B"\r\nDisposition-Notification-To: a@example.org\r\nDisposition-Notification-Options: signed-receipt-protocol=optional, pkcs7-signature; signed-receipt-micalg=optional, sha1\r\nContent-Type: multipart/signed; protocol="application/pkcs7-signature"; micalg=sha1; boundary="----=_Part_1"',
    parts(
      '----=_Part_1',
      "Content-Type: application/EDIFACT; name=ORDERS.edi\r\nContent-Disposition: attachment; filename=ORDERS.edi\r\nContent-Transfer-Encoding: binary\r\n\r\nUNA:+.? 'UNB+UNOC:3+A+B+240101:1000+1'UNH+1+ORDERS:D:96A:UN'UNT+2+1'UNZ+1+1'",
      file('application/pkcs7-signature; name=smime.p7s', 'attachment; filename=smime.p7s', '0\x80'),
    ),
  ),
  'EDI: X12 without a line end': mail(
    'Content-Type: application/EDI-X12; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit',
    'ISA*00*          *00*          *ZZ*A              *ZZ*B              *240101*1000*U*00401*000000001*0*P*>~GS*PO*A*B*20240101*1000*1*X*004010~GE*0*1~IEA*1*000000001~',
  ),
  'a voice message of a gateway, with what was dialled': mail(
    'Content-Type: multipart/voice-message; version=2.0; boundary="vm"',
    parts(
      'vm',
      `Content-Type: audio/32KADPCM\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline; voice=Originator-Spoken-Name\r\nContent-Language: en-US\r\nContent-ID: <part1@example.org>\r\n\r\n${base64('abc')}`,
      `Content-Type: audio/32KADPCM\r\nDescription: Brand X Voice Message\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: inline; voice=Voice-Message; filename=msg1.726\r\nContent-Duration: 25\r\n\r\n${base64('abc')}`,
      'Content-Type: text/directory; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\nBEGIN:VCARD\r\nN:Anna\r\nEND:VCARD\r\n',
    ),
  ),
  'a fax in pages, each a picture': mail(
    'X-Mailer: FaxGate 3\r\nContent-Type: multipart/mixed;boundary="=_faxgate"\r\nContent-Class: urn:content-classes:fax',
    parts(
      '=_faxgate',
      TEXT,
      ...[1, 2, 3].map((page) =>
        file(
          `image/tiff; name="00${page}.TIF"; application=faxbw`,
          `attachment; filename="00${page}.TIF"`,
          'II*\0',
        ),
      ),
    ),
  ),
  'an out of office answer': plain(
    'Auto-Submitted: auto-replied\r\nX-Auto-Response-Suppress: All\r\nPrecedence: bulk\r\nX-Autoreply: yes',
  ),
  'a receipt of a mail reader, of a report in three parts': mail(
    'Content-Type: multipart/report; report-type=disposition-notification;\r\n boundary="------------mdn"',
    parts(
      '------------mdn',
      TEXT,
      'Content-Type: message/disposition-notification; name="MDNPart2.txt"\r\nContent-Disposition: inline\r\nContent-Transfer-Encoding: 7bit\r\n\r\nReporting-UA: example.org; Thunderbird\r\nFinal-Recipient: rfc822;b@example.net\r\nOriginal-Message-ID: <1@example.org>\r\nDisposition: manual-action/MDN-sent-manually; displayed\r\n',
      'Content-Type: text/rfc822-headers; name="MDNPart3.txt"\r\nContent-Transfer-Encoding: 7bit\r\nContent-Disposition: inline\r\n\r\nFrom: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n',
    ),
  ),
  'a complaint in the abuse reporting format': mail(
    'Content-Type: multipart/report; report-type=feedback-report; boundary=arf',
    parts(
      'arf',
      TEXT,
      'Content-Type: message/feedback-report\r\n\r\nFeedback-Type: abuse\r\nUser-Agent: SomeGenerator/1.0\r\nVersion: 1\r\nSource-IP: 192.0.2.1\r\n',
      `Content-Type: message/rfc822\r\nContent-Disposition: inline\r\n\r\n${mixed(TEXT, HTML)}`,
    ),
  ),
  'a DMARC report, zipped and gzipped, by their names': mixed(
    TEXT,
    file(
      'application/gzip',
      'attachment; filename="google.com!example.org!1704067200!1704153599.xml.gz"',
      Buffer.from('1f8b08000000000000030300000000000000000000', 'hex').subarray(0, 20),
    ),
  ),
  'a report about TLS': mail(
    'TLS-Report-Domain: example.org\r\nTLS-Report-Submitter: mail.example.net\r\nContent-Type: multipart/report; report-type="tlsrpt";\r\n boundary="tls"',
    parts(
      'tls',
      TEXT,
      file(
        'application/tlsrpt+gzip',
        'attachment;\r\n filename="mail.example.net!example.org!1704067200!1704153599!001.json.gz"',
        Buffer.from('1f8b0800000000000003', 'hex'),
      ),
    ),
  ),
};
