import { expect, it } from 'vitest';
import { actionNames, commandName, protocolNames, replyName } from '../../src/protocol/bit-names.ts';

it('names action bits, lowest first', () => {
  expect(actionNames(0x11)).toEqual(['ADDHDRS', 'CHGHDRS']);
  expect(actionNames(0)).toEqual([]);
  expect(actionNames(0x1ff)).toHaveLength(9);
});

it('names protocol bits, and gives unknown ones in hex', () => {
  expect(protocolNames(0x42)).toEqual(['NOHELO', 'NOEOH']);
  expect(protocolNames(0x1fffff)).toHaveLength(21);
  expect(protocolNames(0x80000001)).toEqual(['NOCONNECT', '0x80000000']);
  expect(protocolNames(0x30000000)).toEqual(['MDS_256K', 'MDS_1M']);
});

it('names commands and replies', () => {
  expect([commandName(0x45), commandName(0x47)]).toEqual(['END_OF_MESSAGE', '0x47']);
  expect([replyName(0x79), replyName(0x04)]).toEqual(['REPLY_CODE', '0x04']);
});
