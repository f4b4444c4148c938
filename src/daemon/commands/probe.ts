import { MilterClient, parseAddress } from '../../server/index.ts';
import { print } from '../command.ts';
import type { Command } from '../command.ts';
import { ExitStatus } from '../command-io.ts';
import { negotiationLines } from '../negotiation-lines.ts';
import { readTls, TLS_OPTIONS } from '../tls-options.ts';

/** A health check must not wait longer; a milter answers at once. Milliseconds. */
const TIMEOUT = 10_000;

/** `millrace probe`: is there a milter? */
export const probeCommand: Command = {
  spec: {
    name: 'probe',
    summary: 'Negotiate with a milter and leave: status 0 when one answers within 10 s, 1 when not',
    options: TLS_OPTIONS,
    operands: 'ADDR',
    minOperands: 1,
    maxOperands: 1,
  },

  async run(args, io) {
    const [address] = args.operands;
    const target = parseAddress(address);
    const tls = await readTls(args, io);
    const reply = await MilterClient.probe(target, { timeout: TIMEOUT, ...(tls && { tls }) });
    print(io.stdout, `${address}: a milter, version ${reply.version}`, ...negotiationLines(reply));
    return ExitStatus.done;
  },
};
