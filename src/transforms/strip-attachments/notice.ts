import type { Part } from '../../core/mime/part.ts';
import { displayText } from '../policy/display-text.ts';

const WITH_NAME =
  'The attachment "{name}" ({type}) was removed from this message, because files of this kind are not accepted here.\n';
const WITHOUT_NAME =
  'An attachment ({type}) was removed from this message, because files of this kind are not accepted here.\n';

/** More than this of a type is not shown; real ones are shorter. */
const MAX_TYPE = 100;

/**
 * The text that stands in the place of a removed part. Name and type come from the message: they are shown without
 * anything that could pass for something else (rule A12), and what looks like a placeholder in them stays as it is.
 */
export function noticeText(template: string | undefined, part: Part, rule: string): string {
  const name = displayText(part.filename ?? '');
  const values: Readonly<Record<string, string>> = {
    '{name}': name === '' ? '?' : name,
    '{type}': displayText(part.type, MAX_TYPE),
    '{rule}': rule,
  };
  const text = template ?? (name === '' ? WITHOUT_NAME : WITH_NAME);
  const filled = text.replace(/\{(?:name|type|rule)\}/g, (placeholder) => values[placeholder]);
  return filled.endsWith('\n') ? filled : `${filled}\n`;
}
