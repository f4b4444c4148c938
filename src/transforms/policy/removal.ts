import type { Part } from '../../core/mime/part.ts';
import type { NewPart } from '../../core/verbs.ts';

/**
 * Whether a part is inside of a signed or encrypted entity, so that taking it out would be an edit inside of it. An
 * entity that is itself signed or encrypted may go as a whole.
 */
export function isInsideProtected(part: Part): boolean {
  return part.parent?.protection !== undefined;
}

/**
 * What stands in the place of a part that was removed: nothing of its header stays, so no reader can take the notice
 * for what was removed (rules A10, A12).
 */
export function noticePart(text: string): NewPart {
  return { type: 'text/plain', content: text.replace(/\r?\n/g, '\r\n'), disposition: 'inline' };
}
