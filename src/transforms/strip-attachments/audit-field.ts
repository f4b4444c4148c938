import type { Part } from '../../core/mime/part.ts';
import { displayText } from '../policy/display-text.ts';

/** What was removed, for people and programs behind the filter (rule A16). */
export const AUDIT_HEADER = 'X-Attachment-Removed';

/** Characters of a name; percent-encoded one can take 12 bytes, and a line may have 998 (RFC 5322 section 2.1.1). */
const MAX_NAME = 64;
const MAX_TYPE = 100;

/**
 * The value of one field: `name="setup.exe"; type=application/octet-stream; rule=.exe`. A name that is not plain ASCII
 * is written as RFC 2231 has it, so that the field needs no SMTPUTF8.
 */
export function auditField(part: Part, rule: string): string {
  const name = displayText(part.filename ?? '', MAX_NAME);
  const type = displayText(part.type, MAX_TYPE).replace(/[^\x21-\x7e]/g, '?');
  return `${name === '' ? '' : `${nameParameter(name)}; `}type=${type}; rule=${rule.includes(' ') ? `"${rule}"` : rule}`;
}

function nameParameter(name: string): string {
  if (/^[\x20-\x7e]+$/.test(name) && !/["\\]/.test(name)) return `name="${name}"`;
  return `name*=utf-8''${encodeURIComponent(name).replace(/['()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`)}`;
}
