import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { MillraceError } from '../../base/errors.ts';
import type { Mta } from '../../protocol/index.ts';
import { MilterClient, parseAddress } from '../../server/index.ts';
import { usageError } from '../arguments.ts';
import type { ParsedArguments } from '../arguments.ts';
import { complain, print } from '../command.ts';
import type { Command } from '../command.ts';
import { ExitStatus } from '../command-io.ts';
import { ENVELOPE_OPTIONS, readEnvelope } from '../envelope-options.ts';
import { fileError, findMessages } from '../message-file.ts';
import type { MessageFile } from '../message-file.ts';
import { ResultWriter } from '../result-writer.ts';
import { sendJson, sendLines } from '../send-view.ts';
import { hintFor } from '../../base/nearest-name.ts';
import { readTls, TLS_OPTIONS } from '../tls-options.ts';

const MTAS: readonly Mta[] = ['postfix', 'sendmail', 'stalwart'];

/** `millrace send`: play the MTA against any milter. */
export const sendCommand: Command = {
  spec: {
    name: 'send',
    summary: 'Play the MTA: send message files to any milter, and show what it answers',
    options: {
      json: { help: 'print one JSON object for each message' },
      output: {
        short: 'o',
        value: 'DIR',
        help: 'write each accepted message there, as the MTA would go on with it',
      },
      ...ENVELOPE_OPTIONS,
      mta: { value: 'MTA', help: `whose habits to imitate: ${MTAS.join(', ')}; default ${MTAS[0]}` },
      ...TLS_OPTIONS,
    },
    operands: 'ADDR MESSAGE.eml|DIR...',
    minOperands: 2,
    maxOperands: Infinity,
  },

  async run(args, io) {
    const [address, ...operands] = args.operands;
    const output = args.value('output');
    const writer = new ResultWriter(output === undefined ? undefined : resolve(io.cwd, output));
    const envelope = readEnvelope(args);
    const view = args.flag('json') ? sendJson : sendLines;
    const target = parseAddress(address);
    const mta = readMta(args);
    const tls = await readTls(args, io);
    const client = await MilterClient.connect(target, {
      mta,
      ...(tls && { tls }),
    });
    let allDone = true;
    const send = async (file: MessageFile): Promise<void> => {
      if ((await stat(file.path)).size === 0) throw new Error('is empty');
      const result = await client.send({
        eml: file.path,
        from: envelope.sender.address,
        rcpt: envelope.recipients.map((recipient) => recipient.address),
      });
      try {
        print(io.stdout, ...[view(file.name, result)].flat());
        if (result.message !== undefined) await writer.write(file, result.message.stream());
      } finally {
        result.message?.dispose();
      }
    };
    try {
      for await (const found of findMessages(operands, io.cwd)) {
        try {
          if ('error' in found) throw new Error(found.error);
          await send(found);
        } catch (error) {
          // What the milter did wrong ends the connection; what is wrong with a file does not.
          if (error instanceof MillraceError && error.code !== 'MILLRACE_LIMIT') throw error;
          allDone = false;
          complain(io, `${found.name}: ${fileError(error)}`);
        }
      }
    } finally {
      await client.close();
    }
    return allDone ? ExitStatus.done : ExitStatus.failed;
  },
};

function readMta(args: ParsedArguments): Mta {
  const name = args.value('mta') ?? MTAS[0];
  const mta = MTAS.find((known) => known === name);
  if (mta !== undefined) return mta;
  throw usageError(
    `--mta ${JSON.stringify(name)} is none of the MTAs that can be imitated${hintFor(name, MTAS)}`,
  );
}
