import { Readable } from 'node:stream';
import { SpoolStore } from '../../core/index.ts';
import { actionNames, protocolNames } from '../../protocol/index.ts';
import { MilterClient, createServer, formatAddress, silentLogger } from '../../server/index.ts';
import { print } from '../command.ts';
import type { Command } from '../command.ts';
import { ExitStatus } from '../command-io.ts';
import type { CommandIo } from '../command-io.ts';
import type { Config } from '../config/config.ts';
import { spoolOptions } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { infectedMessage, reportMessage } from '../demo/messages.ts';
import type { DemoMessage } from '../demo/messages.ts';
import { coloured, plain } from '../message-diff.ts';
import { describeChange, mimeTree } from '../message-view.ts';
import { outcomeEdits } from '../outcome-view.ts';
import { sendLines } from '../send-view.ts';
import { mtaLines } from './check.ts';
import { serverOptions } from './serve.ts';

/** `millrace demo`: the whole way of two messages, on the loopback interface. */
export const demoCommand: Command = {
  spec: {
    name: 'demo',
    summary: 'Play two messages through a milter with the embedded default, and show before and after',
    options: {},
    operands: '',
    minOperands: 0,
    maxOperands: 0,
  },

  async run(_args, io) {
    const config = await loadConfig(undefined, io.cwd);
    const spools = new SpoolStore(spoolOptions(config));
    const anyPort: Config = { ...config, listen: [{ kind: 'inet', family: 4, host: '127.0.0.1', port: 0 }] };
    const server = createServer(anyPort.filter, serverOptions(anyPort, spools, silentLogger));
    await server.listen();
    try {
      const [address] = server.addresses;
      const names = config.filter.transforms.map(({ name }) => name);
      print(
        io.stdout,
        `A milter with the ${config.source} configuration listens on ${formatAddress(address)}.`,
      );
      print(io.stdout, `Messages pass ${names.join(', ')}.`);
      const client = await MilterClient.connect(address);
      const { version, actions, protocol } = client.negotiated;
      print(
        io.stdout,
        `Negotiated over the milter protocol, version ${version}:`,
        `  actions:  ${actionNames(actions).join(' ')}`,
        `  protocol: ${protocolNames(protocol).join(' ')}`,
      );
      for (const message of [reportMessage(), infectedMessage()]) await play(message, client, config, io);
      await client.close();
    } finally {
      await server.close();
      await spools.close();
    }
    print(
      io.stdout,
      '',
      'To have your MTA use it, start it with "npm start" and add:',
      '',
      ...mtaLines(config),
    );
    return ExitStatus.done;
  },
};

async function play(
  message: DemoMessage,
  client: MilterClient,
  config: Config,
  io: CommandIo,
): Promise<void> {
  const { title, from, to, bytes } = message;
  print(
    io.stdout,
    '',
    `--- ${title}`,
    `from <${from}>, to ${to.map((address) => `<${address}>`).join(', ')}`,
  );
  print(io.stdout, '', 'before:', ...(await mimeTree(bytes)).map((line) => `  ${line}`));

  const result = await client.send({ eml: bytes, from, rcpt: to });
  print(io.stdout, '', ...sendLines('answer', result));

  // What a transform did to which part is not said on the wire; the pipeline says it when it runs without an MTA.
  print(
    io.stdout,
    '',
    'what the transforms did:',
    ...(await doings(message, config)).map((line) => `  ${line}`),
  );

  if (result.message === undefined) return;
  const after = await result.message.toBuffer();
  result.message.dispose();
  print(io.stdout, '', 'after, where it differs:');
  print(io.stdout, ...(await describeChange(bytes, after, io.colour ? coloured : plain)));
}

async function doings({ bytes, from, to }: DemoMessage, { filter }: Config): Promise<string[]> {
  const processed = await filter.process(Readable.from([bytes]), {
    sender: { address: from, parameters: [] },
    recipients: to.map((address) => ({ address, parameters: [] })),
  });
  processed.dispose();
  return outcomeEdits(processed.outcome);
}
