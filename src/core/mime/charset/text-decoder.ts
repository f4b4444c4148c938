import iconv from 'iconv-lite';
import { isAsciiSuperset } from './ascii-superset.ts';
import { findCharset } from './charset-table.ts';
import type { Charset } from './charset-table.ts';
import { ConvertingDecoder, icuConversion, MultiByteConversion } from './converting-decoder.ts';
import { Utf16Decoder } from './utf16-decoder.ts';
import { Utf7Conversion } from './utf7-conversion.ts';
import { Utf8Decoder } from './utf8-decoder.ts';
import type { StreamingTextDecoder } from './streaming-text-decoder.ts';

/**
 * Decodes the bytes of a text as they come. The text does not depend on how the bytes were cut, and never ends in the
 * middle of a character. A byte order mark stays in the text, as U+FEFF. Bytes that are no character become U+FFFD.
 */
/**
 * A decoder for a charset label; undefined for a label that is not known, whose text is opaque. UTF-7 can be read,
 * for looking, but not written: do not change what came out of it.
 */
export function createTextDecoder(label: string): StreamingTextDecoder | undefined {
  const charset = findCharset(label);
  return charset === undefined ? undefined : decoderFor(charset);
}

/** The decoder of a known charset. */
export function decoderFor({ name, engine }: Charset): StreamingTextDecoder {
  switch (engine.kind) {
    case 'utf-8':
      return new Utf8Decoder();
    case 'utf-16':
      return new Utf16Decoder(engine.order);
    case 'single-byte':
      return new ConvertingDecoder(name, iconv.getDecoder(engine.iconv), isAsciiSuperset(name));
    case 'multi-byte':
      return new ConvertingDecoder(name, new MultiByteConversion(engine.iconv));
    case 'utf-7':
      return new ConvertingDecoder(name, new Utf7Conversion());
    // iconv-lite does not know iso-2022-jp, and of gb18030 it loses characters at a slice's edge.
    case 'gb18030':
    case 'iso-2022-jp':
      return new ConvertingDecoder(name, icuConversion(engine.kind));
  }
}
