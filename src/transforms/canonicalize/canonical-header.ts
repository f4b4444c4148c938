import type { HeaderList } from '../../core/index.ts';
import type { Part } from '../../core/mime/part.ts';
import { isHeaderName } from '../../base/header-syntax.ts';
import { contentFields, type ContentPlan } from './content-fields.ts';
import { cleanedValue } from './field-cleaning.ts';

/** Says something about content that is not the same any more (RFC 1864 and relatives). */
const ABOUT_CONTENT = new Set(['content-md5', 'content-length', 'content-duration', 'lines']);
const MIME_VERSION = ' 1.0';

/** What is to stand in the place of all fields of a name; undefined: nothing. */
type Wanted = ReadonlyMap<string, { readonly name: string; readonly rawValue: string | undefined }>;

/**
 * The header of a part below the root, without its blank line: the MIME fields once each, in the place of the first that was
 * there, every other field as it was unless it holds what readers stumble over, and nothing that is no field.
 */
export function canonicalHeader(part: Part, plan: ContentPlan): Buffer {
  const wanted = new Map(wantedFields(part, plan));
  let text = '';
  for (const field of part.headers) {
    const instead = wanted.get(field.lowerName);
    if (instead !== undefined) {
      text += written(instead.name, instead.rawValue);
      wanted.set(field.lowerName, { name: instead.name, rawValue: undefined });
      continue;
    }
    if (!isHeaderName(field.name) || isDelimiter(field.name)) continue;
    const { source = '' } = field;
    const cleaned = cleanedValue(field);
    if (cleaned !== undefined) text += written(field.name, cleaned);
    else text += source.endsWith('\n') ? source : `${source}\r\n`;
  }
  for (const { name, rawValue } of wanted.values()) text += written(name, rawValue);
  return Buffer.from(text, 'latin1');
}

/** The same for the root: edits in the message's own list. */
export function canonicalizeRoot(headers: HeaderList, root: Part, plan: ContentPlan): void {
  headers.deleteMalformed();
  for (const [lowerName, { name, rawValue }] of wantedFields(root, plan)) {
    const [first] = headers.fields(lowerName);
    const place = first === undefined ? headers.length : [...headers].indexOf(first);
    headers.delete(lowerName);
    if (rawValue !== undefined) headers.insertRaw(place, first?.name ?? name, rawValue);
  }
  const seen = new Map<string, number>();
  let place = 0;
  // The list changes while it is gone through.
  const received = [...headers];
  for (const field of received) {
    const { name, lowerName } = field;
    const number = (seen.get(lowerName) ?? 0) + 1;
    // Under a name that no field can have, nothing is written anew, and an MTA that has such a one takes no command for it.
    const isNamed = isHeaderName(name);
    const cleaned = isNamed || field.source !== undefined ? cleanedValue(field) : undefined;
    if (cleaned !== undefined || isDelimiter(name)) {
      // Not a change of the value: that would keep the form of a field whose value is the same.
      headers.delete(name, number);
      if (!isNamed || cleaned === undefined || isDelimiter(name)) continue;
      headers.insertRaw(place, name, cleaned);
    }
    seen.set(lowerName, number);
    place++;
  }
}

/** What begins like that is a delimiter to those for whom the header has ended before. */
function isDelimiter(name: string): boolean {
  return name.startsWith('--');
}

function wantedFields(part: Part, plan: ContentPlan): Wanted {
  const fields = contentFields(part, plan);
  const wanted = new Map<string, { name: string; rawValue: string | undefined }>();
  const isClean = part.ambiguities.length === 0;
  const keepsType = isClean && plan.boundary === undefined && plan.type === part.type;
  if (!keepsType) wanted.set('content-type', { name: 'Content-Type', rawValue: fields.type });
  wanted.set('content-transfer-encoding', {
    name: 'Content-Transfer-Encoding',
    rawValue: fields.encoding,
  });
  if (!isClean)
    wanted.set('content-disposition', { name: 'Content-Disposition', rawValue: fields.disposition });
  const isMessage = part.parent === undefined || part.parent.isMessage;
  if (isMessage) wanted.set('mime-version', { name: 'MIME-Version', rawValue: MIME_VERSION });
  else if (!isMessage && !isClean) wanted.set('mime-version', { name: 'MIME-Version', rawValue: undefined });
  if (part.isLeaf) {
    for (const field of part.headers) {
      if (ABOUT_CONTENT.has(field.lowerName))
        wanted.set(field.lowerName, { name: field.name, rawValue: undefined });
    }
  }
  return wanted;
}

function written(name: string, rawValue: string | undefined): string {
  return rawValue === undefined ? '' : `${name}:${rawValue.replaceAll('\n', '\r\n')}\r\n`;
}
