import type { Part } from '../../core/mime/part.ts';
import { structuredValue } from './structured-value.ts';

/** Parameters beside name and boundary; each may take several sections, and no reader needs more. */
const MAX_PARAMETERS = 20;
/** Bytes of a file name, as most file systems have it. */
const MAX_NAME = 255;
/** Bytes of another parameter's value. */
const MAX_VALUE = 255;
const MAX_TYPE = 127;
const TOKEN = /^[a-z0-9!#$&^_.+-]{1,40}$/;
/** What stands for the name and is written by itself. */
const NAMES = new Set(['name', 'filename', 'boundary']);

/** Raw values of a part's MIME fields; undefined for one that is not to be there. */
export interface ContentFields {
  readonly type: string;
  readonly encoding: string | undefined;
  readonly disposition: string | undefined;
}

/** What is said about a part beside what its own header says. */
export interface ContentPlan {
  /** Lower case. */
  readonly type: string;
  readonly boundary: string | undefined;
  /** Undefined: as the default, 7bit. */
  readonly encoding: string | undefined;
}

/** The MIME fields that say of a part what Millrace reads in its header, in one way only. */
export function contentFields(part: Part, plan: ContentPlan): ContentFields {
  const name = canonicalName(part);
  const hasDisposition = part.headers.has('content-disposition');
  return {
    // Also where there was none: of a named part without a type some readers think one thing and some another.
    type: typeValue(part, plan, hasDisposition ? undefined : name, name),
    encoding: plan.encoding === undefined ? undefined : ` ${plan.encoding}`,
    disposition: hasDisposition ? dispositionValue(part, name) : undefined,
  };
}

function typeValue(
  part: Part,
  { type, boundary }: ContentPlan,
  needed: string | undefined,
  name: string | undefined,
): string {
  const parameters: [string, string][] = [];
  if (type === part.type) {
    for (const [key, given] of part.parameters) {
      const value = key === 'charset' ? charsetLabel(given) : given;
      const isSound = TOKEN.test(key) && !NAMES.has(key) && !/[\0-\x1f\x7f]/.test(value) && value !== '';
      if (isSound && Buffer.byteLength(value) <= MAX_VALUE && parameters.length < MAX_PARAMETERS)
        parameters.push([key, value]);
    }
  }
  const shown = part.parameters.has('name') ? name : needed;
  if (shown !== undefined) parameters.push(['name', shown]);
  if (boundary !== undefined) parameters.push(['boundary', boundary]);
  return structuredValue('Content-Type', soundType(type), parameters);
}

/** A label without what some mailer has put around it; empty for what is none. */
function charsetLabel(given: string): string {
  return /^[\s\\"']*([a-z0-9][a-z0-9._:+-]{0,39})[\s\\"']*$/i.exec(given)?.[1] ?? '';
}

/** A type that is ASCII and not endless; what is none says nothing about the content. */
function soundType(type: string): string {
  if (type.length <= MAX_TYPE && /^[\x21-\x7e]+$/.test(type)) return type;
  return type.startsWith('multipart/') ? 'multipart/mixed' : 'application/octet-stream';
}

function dispositionValue(part: Part, name: string | undefined): string {
  const given = part.disposition ?? '';
  // An unknown disposition is to be treated as attachment (RFC 2183 section 2.8).
  const disposition = TOKEN.test(given)
    ? given
    : given === '' && name === undefined
      ? 'inline'
      : 'attachment';
  return structuredValue('Content-Disposition', disposition, name === undefined ? [] : [['filename', name]]);
}

/** The name that most readers show, without what its codes are about: controls, marks that are not shown, a directory. */
function canonicalName(part: Part): string | undefined {
  const codes = new Set(part.ambiguities.map(({ code }) => code));
  let name = part.filename;
  if (name === undefined) return undefined;
  name = name.replace(/[\p{Cc}\p{Zl}\p{Zp}]/gu, '');
  if (codes.has('name-bidi')) name = name.replace(/[\p{Default_Ignorable_Code_Point}\p{Cf}]/gu, '');
  if (codes.has('name-path')) name = name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('\\')) + 1);
  if (codes.has('name-trailing')) name = trimmedEnd(name);
  name = shortened(name.trim());
  return name === '' ? undefined : name;
}

function trimmedEnd(name: string): string {
  let end = name.length;
  while (end > 0 && (name[end - 1] === '.' || name[end - 1].trim() === '')) end--;
  return name.slice(0, end);
}

/** A name that is too long keeps its extension; where it is cut, no blanks or dots are its end that were not. */
function shortened(name: string): string {
  if (Buffer.byteLength(name) <= MAX_NAME) return name;
  const dot = name.lastIndexOf('.');
  const extension = dot >= 0 && Buffer.byteLength(name.slice(dot)) <= 32 ? name.slice(dot) : '';
  let short = '';
  let bytes = Buffer.byteLength(extension);
  for (const character of name) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_NAME) break;
    short += character;
  }
  return extension === '' ? trimmedEnd(short) : short + extension;
}
