/** The digits of xxencode by their values. */
const XX_DIGITS = '+-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const XX_LINE = /^[+\-0-9A-Za-z]+$/;
/** No digit of uuencode. */
const LOWER_CASE = /[a-z]/;

/** Whether a line can be one of uuencode: as long as its first character says. */
export function isUuencode(line: string): boolean {
  return !LOWER_CASE.test(line) && hasLength(line, (line.charCodeAt(0) - 32) & 63);
}

/** The same of xxencode, which has other digits. */
export function isXxencode(line: string): boolean {
  return XX_LINE.test(line) && hasLength(line, XX_DIGITS.indexOf(line[0]));
}

/** A line of xxencode in the digits of uuencode. */
export function fromXxencode(line: string): string {
  return line.replace(/./g, (digit) => String.fromCharCode(32 + XX_DIGITS.indexOf(digit)));
}

function hasLength(line: string, bytes: number): boolean {
  return bytes > 0 && Math.abs(line.length - 1 - Math.ceil(bytes / 3) * 4) <= 2;
}
