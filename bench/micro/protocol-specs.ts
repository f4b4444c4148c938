import { HeaderList } from '../../src/core/headers/header-list.ts';
import { encodeCommand, FrameDecoder, joinMacros, STREAMED_COMMANDS } from '../../src/protocol/index.ts';
import type { Command } from '../../src/protocol/index.ts';
import { ALTERNATIVE, TEXT } from '../load/messages.ts';
import type { MicroSpec } from './subject.ts';
import { inChunks } from './streams.ts';
import { Headers } from 'mailsplit';

const SESSIONS = 200;
const session = sessionPackets();

/** Packets of small messages, many of them in one read. */
const frames: MicroSpec = {
  name: 'frames',
  title: 'frame decoder',
  sizes: `${SESSIONS} messages of 2 KB, ${session.length} packets each, in reads of 64 KiB; an event is a packet`,
  bytes: SESSIONS * session.reduce((sum, { length }) => sum + length, 0),
  events: SESSIONS * session.length,
  subjects: ['millrace'],
  create() {
    const reads = inChunks(Buffer.concat(Array.from({ length: SESSIONS }, () => Buffer.concat(session))));
    let packets = 0;
    const sink = {
      packet: () => void packets++,
      bodyBegin: () => {},
      bodySlice: () => {},
      bodyEnd: () => void packets++,
    };
    return {
      name: 'millrace',
      title: 'Millrace FrameDecoder',
      run() {
        packets = 0;
        const decoder = new FrameDecoder(sink, { streamed: STREAMED_COMMANDS });
        for (const read of reads) decoder.push(read);
        if (packets !== SESSIONS * session.length) throw new Error(`${packets} packets`);
      },
    };
  },
};

const header = Buffer.from(ALTERNATIVE.slice(0, ALTERNATIVE.indexOf('\r\n\r\n') + 2), 'latin1');

const headerParse: MicroSpec = {
  name: 'header-parse',
  title: 'header fields',
  sizes: `a header of ${header.length} bytes, parsed and asked for two fields; an event is a header`,
  bytes: header.length,
  events: 1,
  subjects: ['millrace', 'mailsplit'],
  create: (name) =>
    name === 'millrace'
      ? {
          name,
          title: 'Millrace HeaderList',
          run() {
            const list = HeaderList.parse(header);
            if (!list.has('Subject') || list.get('Content-Type') === undefined) throw new Error('not found');
          },
        }
      : {
          name,
          title: 'mailsplit Headers',
          run() {
            const list = new Headers(header);
            if (!list.hasHeader('Subject') || list.getFirst('Content-Type') === '')
              throw new Error('not found');
          },
        },
};

const FIELDS = 40;

const headerDiff: MicroSpec = {
  name: 'header-diff',
  title: 'header edits and their difference',
  sizes: `${FIELDS} fields, one changed, one deleted, one inserted, one added; an event is a message`,
  bytes: FIELDS * 60,
  events: 1,
  subjects: ['millrace'],
  create: () => ({
    name: 'millrace',
    title: 'Millrace HeaderList',
    run() {
      const list = new HeaderList();
      for (let i = 0; i < FIELDS; i++)
        list.append(`X-Field-${i}`, ` the value of the field with the number ${i}`);
      list.set('X-Field-10', 'changed');
      list.delete('X-Field-20');
      list.insert(0, 'X-First', 'inserted');
      list.add('X-Last', 'added');
      if (list.edits().length !== 4) throw new Error(`${list.edits().length} edits`);
    },
  }),
};

/** What Postfix sends for one small message. */
function sessionPackets(): Buffer[] {
  const macros = (stage: string): Command => ({
    type: 'macro',
    stage,
    raw: joinMacros([
      ['i', '4BENCH0000'],
      ['{mail_addr}', 'from@example.org'],
    ]),
  });
  const end = TEXT.indexOf('\r\n\r\n');
  const fields = TEXT.slice(0, end).split(/\r\n(?![ \t])/);
  const commands: Command[] = [
    macros('M'),
    { type: 'mail', address: '<from@example.org>', args: [] },
    macros('R'),
    { type: 'rcpt', address: '<to@example.org>', args: [] },
    macros('T'),
    { type: 'data' },
    ...fields.flatMap((field): Command[] => {
      const colon = field.indexOf(':');
      return [macros('L'), { type: 'header', name: field.slice(0, colon), value: field.slice(colon + 1) }];
    }),
    macros('N'),
    { type: 'endOfHeaders' },
    macros('B'),
    { type: 'body', data: Buffer.from(TEXT.slice(end + 4), 'latin1') },
    macros('E'),
    { type: 'endOfMessage', data: Buffer.alloc(0) },
  ];
  return commands.map(encodeCommand);
}

export const PROTOCOL_SPECS: readonly MicroSpec[] = [frames, headerParse, headerDiff];
