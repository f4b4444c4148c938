/** Lines of the last part of a multipart with the boundary `one`, whose readers differ about its name and its encoding, and of one behind its end. */
export const ODD_PARTS: readonly string[] = [
  '--one',
  'Content-Type: application/octet-stream; name=a.bin',
  'Content-Disposition: attachment; filename=b.bin; filename=c.bin',
  'Content-Transfer-Encoding: base64',
  'Content-Transfer-Encoding: 7bit',
  '',
  'AAEC',
  '--one--',
  '--one',
  'Content-Disposition: attachment; filename=hidden.exe',
  '',
  'MZ',
  '--one--',
];
