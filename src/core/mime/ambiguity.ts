import type { Protection } from './part.ts';

/**
 * The constructs that mail readers are known to read in different ways. What structure and headers show is always told,
 * what decoded content shows only where a transform reads it.
 *
 * Sources: the RFC section that is stretched or broken, and three works on differences between readers:
 * [II] "Inbox Invasion", ACM CCS 2024; [DF] "Email Smuggling with Differential Fuzzing of MIME Parsers", LangSec 2025;
 * [MT] MIME-tools' `ambiguous_content` (CVE-2024-28054).
 */
export const AMBIGUITY_CODES = [
  // The header block.
  'duplicate-content-type', // more than one Content-Type: first or last counts (RFC 2045 section 5; [DF], [II])
  'duplicate-transfer-encoding', // more than one Content-Transfer-Encoding (RFC 2045 section 6.1; [DF])
  'duplicate-disposition', // more than one Content-Disposition (RFC 2183 section 2; [II])
  'duplicate-mime-version', // more than one MIME-Version (RFC 2045 section 4)
  'missing-mime-version', // Content-* fields that change the reading, but no MIME-Version in the message's header (RFC 2045 section 4)
  'space-before-colon', // blanks between a MIME field's name and its colon (RFC 5322 section 4.5; [II])
  'encoded-word-in-mime-field', // an encoded word in a MIME field (RFC 2047 section 5 forbids it)
  'control-in-mime-field', // NUL or another control in a MIME field (RFC 5322 section 2.2)
  '8bit-in-mime-field', // bytes above 127 in a MIME field (RFC 2045 section 5.1; RFC 6532 allows UTF-8 where agreed)
  'header-bare-cr', // CR without LF in the header: a line end for some (RFC 5322 section 2.3)
  'header-mixed-line-ends', // LF alone beside CR LF in one header block (RFC 5322 section 2.3)
  'header-blank-line', // a line of blanks: a fold, or the end of the header (RFC 5322 section 4.2 obs-FWS)
  'header-garbage', // a line that is no field: ignored, or the end of the header (RFC 5322 section 2.2)
  'header-end-unclear', // a delimiter, controls or a lone CR at which the header ends for some, and content begins (RFC 5322 section 2.1)
  'mime-field-broken', // a line that is no field, but speaks of a MIME field: read as that field by some (RFC 5322 section 2.2)
  'header-starts-folded', // the first line begins with a blank: no field, or one all the same (RFC 5322 section 2.2.3)
  'header-mbox-from', // an mbox `From ` line in the header (RFC 4155)
  'header-cut-off', // a delimiter or the end of the message came before the blank line (RFC 2046 section 5.1.1)
  'header-runs-on', // the same in a header that says how content is encoded: for some, it is about what comes behind (RFC 2046 section 5.1.1)
  'header-holds-content', // the same in one that has lines that are no fields: its content, for some (RFC 2046 section 5.1.1)
  'header-too-long', // the header is longer than the limit: what did not fit is content (limits `part-header-bytes`, `header-fields`)
  // Content-Type, its parameters, and the like.
  'invalid-content-type', // no `type/subtype`: the default counts, or something else (RFC 2045 section 5.2)
  'unknown-transfer-encoding', // an encoding that no RFC names: nothing, or what it sounds like (RFC 2045 section 6.4; [II])
  'malformed-transfer-encoding', // comment, quotes or parameters at the encoding (RFC 2045 section 6.1; [II])
  'transfer-encoding-case', // small and large letters mixed as in no word: legal, but not known to some (RFC 2045 section 6.1; [II])
  'charset-unknown', // a text in a charset that is not known (RFC 2046 section 4.1.2)
  'charset-utf-7', // a text in UTF-7, in which ASCII may be written in another way (RFC 2152)
  'duplicate-parameter', // a parameter twice: first or last counts (RFC 2045 section 5.1; [MT])
  'parameter-plain-and-extended', // `name` and `name*` both (RFC 2231 section 4; RFC 6266 section 4.3)
  'parameter-sections', // sections missing, out of order or twice (RFC 2231 section 3; CVE-2024-39929)
  'parameter-comment', // a comment beside a parameter (RFC 2045 section 5.1; [MT])
  'parameter-separator', // a missing `;`, or a comma in its place (RFC 2045 section 5.1; [II])
  'parameter-unterminated-quote', // a quoted string without its end (RFC 5322 section 3.2.4)
  'parameter-junk', // text behind a parameter's value, or an unquoted value with blanks (RFC 2045 section 5.1; [MT])
  'too-many-parameters', // more than the limit, or 16 KiB of them with names: not all are looked at in every way (limit `parameters`)
  'boundary-missing', // a multipart without boundary, or with an empty one: it stays one leaf (RFC 2046 section 5.1.1)
  'boundaries-differ', // fields and parameters that give different boundaries to different readers (RFC 2046 section 5.1.1; [MT])
  'boundary-without-multipart', // a boundary at a type that is no multipart: split by some all the same (RFC 2045 section 5)
  'boundary-too-long', // more than 70 characters; above 256 the part stays one leaf (RFC 2046 section 5.1.1)
  'boundary-characters', // a boundary with characters outside of bchars, or a blank at its end (RFC 2046 section 5.1.1)
  'boundary-extended', // a boundary by RFC 2231 sections or encoding ([MT])
  'boundary-quoted-pair', // a backslash in a quoted boundary ([II])
  // Structure.
  'boundary-overlaps-outer', // a boundary that equals an outer one, or begins it, or is begun by it (RFC 2046 section 5.1.2)
  'delimiter-trailing-junk', // a line that begins as a delimiter and goes on (RFC 2046 section 5.1.1)
  'delimiter-indented', // blanks in front of a delimiter (RFC 2046 section 5.1.1; [II])
  'delimiter-after-bare-cr', // a delimiter behind CR without LF (RFC 2046 section 5.1.1; [II])
  'delimiter-padding', // blanks behind a delimiter: legal, but missed by some (RFC 2046 section 5.1.1)
  'delimiter-mixed-line-ends', // a multipart's delimiters end in LF here and CR LF there (RFC 2046 section 5.1.1)
  'delimiter-flood', // very many lines that begin as delimiters, or have one inside of them (no RFC: many more than a text about mail has)
  'parts-after-close', // a delimiter behind the closing one: epilogue, or one more part (RFC 2046 section 5.1.2; [II])
  'no-parts', // a multipart without any part (RFC 2046 section 5.1.1)
  'missing-close', // the message ends without the closing delimiter (RFC 2046 section 5.1.2)
  'inner-not-closed', // an outer delimiter came before the closing one (RFC 2046 section 5.1.2)
  'header-in-content', // where readers may find another part, a `Content-` line is content here (RFC 2046 section 5.1; [II])
  'header-outside-parts', // a `Content-` line in a preamble or epilogue (RFC 2046 section 5.1.1; [II])
  'encoded-multipart', // a transfer encoding on a multipart: ignored here (RFC 2045 section 6.4)
  'encoded-multipart-differs', // and those who decode it before they split it find something else (RFC 2045 section 6.4)
  'encoded-message', // a transfer encoding on a message: it stays one leaf (RFC 2046 section 5.2.1)
  'unknown-multipart', // a multipart subtype that IANA does not list: mixed, or nothing (RFC 2046 section 5.1.7)
  'partial-message', // a message/partial: a piece that cannot be looked into (RFC 2046 section 5.2.2)
  'partial-inside', // one that is not the message itself: nobody puts it together (RFC 2046 section 5.2.2)
  'external-body', // message/external-body: content elsewhere (RFC 2046 section 5.2.3)
  'too-deep', // nesting beyond the limit: the part stays one leaf (limit `depth`)
  'too-many-parts', // more parts than the limit: the rest is content of the part open then (limit `parts`)
  'line-too-long', // a line of content beyond the limit: cut or broken by some (RFC 5322 section 2.1.1, limit `line-bytes`)
  'text-too-long', // a text beyond the limit: cut, or not shown at all (limit `text-part-bytes`)
  // Content, decoded. Told by who looks.
  'binary-in-text', // a text that begins as a program, an archive or the like does, or has NUL in it (WHATWG MIME Sniffing section 7)
  'charset-differs', // a text that is none in the charset that is said, or begins with the mark of another (RFC 2046 section 4.1.2)
  'file-in-text', // uuencode, yEnc or BinHex inside of a text (IEEE 1003.1; RFC 1741)
  'tnef', // a container of Outlook, which others show as a file (MS-OXTNEF)
  'base64-undeclared', // base64 in a part whose header says nothing of it ([II])
  'base64-junk', // in base64, what is no digit of it: skipped, or a digit, or its end (RFC 2045 section 6.8; [II], [DF])
  'base64-padding', // padding inside of base64, or where none can stand (RFC 2045 section 6.8; [II])
  'base64-tail', // base64 whose last quantum is not complete (RFC 2045 section 6.8; [II])
  'base64-short-lines', // base64 in lines of less than a quantum (RFC 2045 section 6.8)
  'quoted-printable-escape', // an equals sign that begins no escape (RFC 2045 section 6.7; [II])
  'quoted-printable-lower-case', // small digits in an escape (RFC 2045 section 6.7)
  'quoted-printable-blanks', // blanks between the equals sign of a soft line break and the line end (RFC 2045 section 6.7)
  'encoded-line-too-long', // in base64 or quoted-printable, a line of more than 998 bytes (RFC 5322 section 2.1.1)
  'base64-turns-odd', // base64 of which some readers make something else, from a place on that is too far behind its beginning (RFC 2045 section 6.8)
  'too-many-readings', // more ways to decode leaves than are looked at (no RFC: a bound of this parser)
  // File names.
  'name-control', // NUL, CR, LF or another control in a file name (RFC 2183 section 2.3; [II])
  'name-bidi', // marks that change the direction or are not shown (Unicode TR 36 section 3)
  'name-trailing', // dots or blanks at the end, which Windows drops ([II])
  'name-path', // a directory in a file name (RFC 2183 section 2.3)
  'name-double-extension', // the extension of a document in front of the last one: the latter is not shown by some ([II])
  'name-homoglyph', // letters of several scripts in a word, or signs that look like a dot or a slash (Unicode TR 36 section 2)
  'names-differ', // readers would show different names (RFC 2183 section 2.3; [II])
] as const;

/** See {@link AMBIGUITY_CODES}. */
export type AmbiguityCode = (typeof AMBIGUITY_CODES)[number];

/**
 * Constructs at which readers split a message in different ways that are known: a transform that looks gets the parts of
 * each (`onReading`).
 */
export const SPLIT_IN_KNOWN_WAYS: readonly AmbiguityCode[] = [
  'space-before-colon',
  'header-end-unclear',
  'header-runs-on',
  'boundaries-differ',
  'boundary-extended',
  'boundary-quoted-pair',
  'delimiter-indented',
  'delimiter-after-bare-cr',
  'encoded-multipart-differs',
  'encoded-message',
];

/** With one of these in its header, readers may split a part where it is not split here, or in another way. */
export const SPLITS_DIFFERENTLY: ReadonlySet<AmbiguityCode> = new Set<AmbiguityCode>([
  'duplicate-content-type',
  'invalid-content-type',
  'parameter-separator',
  'parameter-comment',
  'parameter-junk',
  'parameter-unterminated-quote',
  'boundary-missing',
  'boundary-without-multipart',
  'boundary-too-long',
  'boundary-characters',
  'boundary-overlaps-outer',
  'header-cut-off',
]);

/** A construct that mail readers are known to read in different ways. */
export interface Ambiguity {
  /** Which construct, e.g. `duplicate-content-type`; docs/ambiguities.md lists them. */
  readonly code: string;
  /** The part where it stands. */
  readonly path: string;
  /** Set when that part is, or is inside of, a signed or encrypted entity. */
  readonly protection?: Protection;
}
