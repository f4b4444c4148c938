import { MillraceError } from '../base/errors.ts';
import { replyName } from './bit-names.ts';
import { MACRO_STAGE, REPLY } from './codes.ts';
import type { MacroStage } from './codes.ts';
import type { MacroLists, NegotiateReply, Reply } from './replies.ts';
import { readString, readStrings } from './wire-strings.ts';

/**
 * Reads a reply from its code and payload (`buffer` from `start` to before `end`). Throws `MILLRACE_PACKET` when the
 * payload has not the reply's form or the reply is unknown (`4`, `f` and `l` of old libmilters included).
 */
export function parseReply(code: number, buffer: Buffer, start = 0, end = buffer.length): Reply {
  switch (code) {
    case REPLY.CONTINUE:
      return empty({ type: 'continue' }, start, end);
    case REPLY.ACCEPT:
      return empty({ type: 'accept' }, start, end);
    case REPLY.REJECT:
      return empty({ type: 'reject' }, start, end);
    case REPLY.TEMPFAIL:
      return empty({ type: 'tempfail' }, start, end);
    case REPLY.DISCARD:
      return empty({ type: 'discard' }, start, end);
    case REPLY.SKIP:
      return empty({ type: 'skip' }, start, end);
    case REPLY.PROGRESS:
      return empty({ type: 'progress' }, start, end);
    case REPLY.REPLY_CODE:
      return { type: 'replyCode', text: exactStrings(buffer, start, end, 'REPLYCODE', 1)[0] };
    case REPLY.ADD_HEADER: {
      const [name, value] = exactStrings(buffer, start, end, 'ADDHEADER', 2);
      return { type: 'addHeader', name: nonEmpty(name, 'ADDHEADER'), value: value };
    }
    case REPLY.INSERT_HEADER:
    case REPLY.CHANGE_HEADER: {
      const isInsert = code === REPLY.INSERT_HEADER;
      const what = isInsert ? 'INSHEADER' : 'CHGHEADER';
      if (end - start < 4) throw new MillraceError('MILLRACE_PACKET', `${what}: no index`);
      const [name, value] = exactStrings(buffer, start + 4, end, what, 2);
      const index = buffer.readUInt32BE(start);
      return {
        type: isInsert ? 'insertHeader' : 'changeHeader',
        index,
        name: nonEmpty(name, what),
        value: value,
      };
    }
    case REPLY.REPLACE_BODY:
      return { type: 'replaceBody', data: buffer.subarray(start, end) };
    case REPLY.ADD_RECIPIENT:
      return {
        type: 'addRecipient',
        address: address(exactStrings(buffer, start, end, 'ADDRCPT', 1), 'ADDRCPT'),
      };
    case REPLY.ADD_RECIPIENT_WITH_ARGS: {
      const strings = exactStrings(buffer, start, end, 'ADDRCPT_PAR', 1, 2);
      return { type: 'addRecipient', address: address(strings, 'ADDRCPT_PAR'), args: strings[1] ?? '' };
    }
    case REPLY.DELETE_RECIPIENT:
      return {
        type: 'deleteRecipient',
        address: address(exactStrings(buffer, start, end, 'DELRCPT', 1), 'DELRCPT'),
      };
    case REPLY.CHANGE_FROM: {
      const strings = exactStrings(buffer, start, end, 'CHGFROM', 1, 2);
      const from = address(strings, 'CHGFROM');
      return { type: 'changeFrom', address: from, ...(strings.length === 2 ? { args: strings[1] } : {}) };
    }
    case REPLY.QUARANTINE:
      return {
        type: 'quarantine',
        reason: nonEmpty(exactStrings(buffer, start, end, 'QUARANTINE', 1)[0], 'QUARANTINE'),
      };
    case REPLY.NEGOTIATE:
      return parseNegotiateReply(buffer, start, end);
    default:
      throw new MillraceError('MILLRACE_PACKET', `unknown reply ${replyName(code)}`);
  }
}

/** Postfix refuses a verdict with payload bytes. */
function empty<T>(reply: T, start: number, end: number): T {
  if (end !== start)
    throw new MillraceError('MILLRACE_PACKET', 'a reply without payload was followed by data');
  return reply;
}

function exactStrings(
  buffer: Buffer,
  start: number,
  end: number,
  what: string,
  least: number,
  most = least,
): string[] {
  const strings = readStrings(buffer, start, end, what);
  if (strings.length < least || strings.length > most) {
    throw new MillraceError('MILLRACE_PACKET', `${what}: ${strings.length} strings`);
  }
  return strings;
}

function nonEmpty(text: string, what: string): string {
  if (text === '') throw new MillraceError('MILLRACE_PACKET', `${what}: an empty string`);
  return text;
}

function address(strings: readonly string[], what: string): string {
  return nonEmpty(strings[0], what);
}

function parseNegotiateReply(buffer: Buffer, start: number, end: number): NegotiateReply {
  if (end - start < 12)
    throw new MillraceError('MILLRACE_NEGOTIATION', 'OPTNEG reply with less than 12 bytes');
  const reply = {
    type: 'negotiate',
    version: buffer.readUInt32BE(start),
    actions: buffer.readUInt32BE(start + 4),
    protocol: buffer.readUInt32BE(start + 8),
  } as const;
  if (end - start === 12) return reply;
  const macros: MacroLists = {};
  let at = start + 12;
  while (at < end) {
    if (end - at < 5)
      throw new MillraceError('MILLRACE_NEGOTIATION', 'OPTNEG reply: a macro list is cut short');
    const id = buffer.readUInt32BE(at);
    const stage = (Object.keys(MACRO_STAGE) as MacroStage[]).find((name) => MACRO_STAGE[name] === id);
    if (stage === undefined)
      throw new MillraceError('MILLRACE_NEGOTIATION', `OPTNEG reply: macro stage ${id}`);
    const list = readString(buffer, at + 4, end, 'OPTNEG reply');
    at += 4 + list.length + 1;
    macros[stage] = list.split(/[ ,]+/).filter((name) => name !== '');
  }
  return { ...reply, macros };
}
