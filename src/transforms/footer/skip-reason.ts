/** Why a part that should have a footer did not get one; shown in reports. */
export type SkipReason =
  | 'signed' // signed, or inside of something signed
  | 'encrypted' // the same for encrypted
  | 'inline-pgp' // PGP armor in the text
  | 'report' // a delivery status, a read receipt, an abuse report
  | 'unknown-encoding' // a Content-Transfer-Encoding that cannot be decoded
  | 'unknown-charset' // a charset in which nothing can be written
  | 'ambiguous' // a header that mail readers read in different ways
  | 'undecodable' // the content is not what its encoding or charset promises
  | 'not-representable' // the charset cannot hold the footer
  | 'too-long' // the part would have to be held back whole, and is longer than `limits.heldBytes`
  | 'html-unclosed' // the HTML ends inside a comment, a tag, a script: a footer there would not be shown
  | 'already-present'; // the part ends with this footer
