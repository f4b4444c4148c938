import { ACTION, COMMAND, PROTOCOL, REPLY } from './codes.ts';

/** Action bits by name, lowest first: `actionNames(0x11)` is `['ADDHDRS', 'CHGHDRS']`. Unnamed bits come last, in hex. */
export function actionNames(actions: number): string[] {
  return bitNames(ACTION, actions);
}

/** Protocol bits by name, lowest first: `protocolNames(0x42)` is `['NOHELO', 'NOEOH']`. Unnamed bits come last, in hex. */
export function protocolNames(protocol: number): string[] {
  return bitNames(PROTOCOL, protocol);
}

/** A command's name for logs, `RCPT` say; an unknown byte in hex. */
export function commandName(command: number): string {
  return codeName(COMMAND, command);
}

/** A reply's name for logs, `CONTINUE` say; an unknown byte in hex. */
export function replyName(reply: number): string {
  return codeName(REPLY, reply);
}

function bitNames(table: Readonly<Record<string, number>>, bits: number): string[] {
  const names: string[] = [];
  let rest = bits >>> 0;
  for (const [name, bit] of Object.entries(table)) {
    if ((rest & bit) === 0) continue;
    names.push(name);
    rest = (rest & ~bit) >>> 0;
  }
  if (rest !== 0) names.push(`0x${rest.toString(16)}`);
  return names;
}

function codeName(table: Readonly<Record<string, number>>, code: number): string {
  for (const [name, value] of Object.entries(table)) {
    if (value === code) return name;
  }
  return `0x${code.toString(16).padStart(2, '0')}`;
}
