import { MillraceError } from '../base/errors.ts';
import { checkHeaderName, checkHeaderValue } from '../base/header-syntax.ts';
import { MACRO_STAGE, MAX_BODY_CHUNK, REPLY } from './codes.ts';
import type { MacroStage } from './codes.ts';
import { encodeFrame, encodeStrings } from './frame-encoder.ts';
import type { NegotiateReply, PlainVerdict, Reply } from './replies.ts';
import { requireWireString } from './wire-strings.ts';

/** The verdicts without text as packets. Shared: never to be written into. */
export const VERDICT_FRAMES: Readonly<Record<PlainVerdict['type'], Buffer>> = {
  continue: encodeFrame(REPLY.CONTINUE),
  accept: encodeFrame(REPLY.ACCEPT),
  reject: encodeFrame(REPLY.REJECT),
  tempfail: encodeFrame(REPLY.TEMPFAIL),
  discard: encodeFrame(REPLY.DISCARD),
  skip: encodeFrame(REPLY.SKIP),
};

/** PROGRESS as a packet. Shared: never to be written into. */
export const PROGRESS_FRAME = encodeFrame(REPLY.PROGRESS);

/**
 * A reply as a packet. Throws `MILLRACE_HEADER_NAME`, `MILLRACE_HEADER_VALUE` or `MILLRACE_ADDRESS` when a value cannot
 * go onto the wire, and `MILLRACE_PACKET` when a string is no binary string, a reason is empty or a body chunk has more
 * than 65535 bytes. (`encodeReplacementBody` cuts a body into chunks.)
 */
export function encodeReply(reply: Reply): Buffer {
  switch (reply.type) {
    case 'negotiate':
      return encodeNegotiateReply(reply);
    case 'replyCode':
      return encodeStrings(REPLY.REPLY_CODE, [reply.text], 'REPLYCODE');
    case 'progress':
      return PROGRESS_FRAME;
    case 'addHeader':
      checkHeader(reply);
      return encodeStrings(REPLY.ADD_HEADER, [reply.name, reply.value], 'ADDHEADER');
    case 'insertHeader':
      checkHeader(reply);
      return encodeStrings(REPLY.INSERT_HEADER, [reply.name, reply.value], 'INSHEADER', index(reply.index));
    case 'changeHeader':
      checkHeader(reply);
      return encodeStrings(REPLY.CHANGE_HEADER, [reply.name, reply.value], 'CHGHEADER', index(reply.index));
    case 'replaceBody':
      if (reply.data.length > MAX_BODY_CHUNK) {
        throw new MillraceError('MILLRACE_PACKET', `REPLBODY: more than ${MAX_BODY_CHUNK} bytes`);
      }
      return encodeFrame(REPLY.REPLACE_BODY, reply.data);
    case 'addRecipient': {
      const strings = withArgs(reply.address, reply.args);
      return encodeStrings(
        reply.args === undefined ? REPLY.ADD_RECIPIENT : REPLY.ADD_RECIPIENT_WITH_ARGS,
        strings,
        'ADDRCPT',
      );
    }
    case 'deleteRecipient':
      return encodeStrings(REPLY.DELETE_RECIPIENT, withArgs(reply.address, undefined), 'DELRCPT');
    case 'changeFrom':
      return encodeStrings(REPLY.CHANGE_FROM, withArgs(reply.address, reply.args), 'CHGFROM');
    case 'quarantine':
      return encodeStrings(REPLY.QUARANTINE, [reason(reply.reason)], 'QUARANTINE');
    default:
      return VERDICT_FRAMES[reply.type];
  }
}

function checkHeader({ name, value }: { name: string; value: string }): void {
  checkHeaderName(name);
  checkHeaderValue(value);
}

function reason(text: string): string {
  if (text !== '') return text;
  throw new MillraceError('MILLRACE_PACKET', 'QUARANTINE: an empty reason');
}

function index(value: number): number {
  // Postfix and Sendmail hold it in a signed int.
  if (Number.isInteger(value) && value >= 0 && value <= 0x7fffffff) return value;
  throw new MillraceError('MILLRACE_PACKET', 'a header index is 0 to 2147483647');
}

function withArgs(path: string, args: string | undefined): string[] {
  const strings = args === undefined || args === '' ? [path] : [path, args];
  for (const text of strings) {
    if (text === '' || /[\0\r\n]/.test(text)) {
      throw new MillraceError('MILLRACE_ADDRESS', 'an address is not empty and holds no CR, LF or NUL');
    }
  }
  return strings;
}

function encodeNegotiateReply({ version, actions, protocol, macros = {} }: NegotiateReply): Buffer {
  const numbers = Buffer.allocUnsafe(12);
  numbers.writeUInt32BE(version >>> 0, 0);
  numbers.writeUInt32BE(actions >>> 0, 4);
  numbers.writeUInt32BE(protocol >>> 0, 8);
  const parts = [numbers];
  for (const stage of Object.keys(MACRO_STAGE) as MacroStage[]) {
    const names = macros[stage];
    if (names === undefined) continue;
    for (const name of names) requireWireString(name, 'OPTNEG reply');
    const id = Buffer.allocUnsafe(4);
    id.writeUInt32BE(MACRO_STAGE[stage], 0);
    parts.push(id, Buffer.from(`${names.join(' ')}\0`, 'latin1'));
  }
  return encodeFrame(REPLY.NEGOTIATE, Buffer.concat(parts));
}
