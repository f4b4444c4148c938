import iconv from 'iconv-lite';
import { findCharset } from './charset-table.ts';
import type { Engine } from './charset-table.ts';

const ASCII = String.fromCharCode(...Array(128).keys());
const singleByte = new Map<string, boolean>();

/**
 * Whether ASCII text has the same bytes in a charset, so that it can be put behind text in it that ended between two
 * characters. False for UTF-16, UTF-7, ISO-2022-JP (where it depends on what came before) and an unknown label.
 *
 * It does not mean that a byte below 128 is always ASCII: in Shift_JIS, GBK, GB18030 and Big5 the second byte of a
 * character can be `@`, a letter, `\` or `|`, in GB18030 a digit too.
 */
export function isAsciiSuperset(label: string): boolean {
  const charset = findCharset(label);
  if (charset === undefined) return false;
  return isSuperset(charset.engine);
}

function isSuperset(engine: Engine): boolean {
  switch (engine.kind) {
    case 'utf-8':
    case 'multi-byte':
    case 'gb18030':
      return true;
    case 'single-byte': {
      // Of the single-byte sets VISCII and code page 864 use a few ASCII places for characters of their own.
      const known = singleByte.get(engine.iconv);
      const same = known ?? iconv.decode(Buffer.from(ASCII, 'latin1'), engine.iconv) === ASCII;
      if (known === undefined) singleByte.set(engine.iconv, same);
      return same;
    }
    default:
      return false;
  }
}
