import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { LineEnds, SpoolStore } from '../../core/index.ts';
import type { Envelope, ProcessedMessage } from '../../core/index.ts';
import { escapeLogText } from '../../server/index.ts';
import type { ParsedArguments } from '../arguments.ts';
import { usageError } from '../arguments.ts';
import { complain, CONFIG_OPTION, print } from '../command.ts';
import type { Command } from '../command.ts';
import { ENVELOPE_OPTIONS, readEnvelope } from '../envelope-options.ts';
import { ExitStatus } from '../command-io.ts';
import type { CommandIo } from '../command-io.ts';
import { spoolOptions } from '../config/config.ts';
import type { Config } from '../config/config.ts';
import { loadConfig } from '../config/load-config.ts';
import { coloured, plain } from '../message-diff.ts';
import { fileError, findMessages } from '../message-file.ts';
import type { MessageFile } from '../message-file.ts';
import { ResultWriter } from '../result-writer.ts';
import { collectMessage, describeChange, MAX_VIEW } from '../message-view.ts';
import { outcomeJson, outcomeLines } from '../outcome-view.ts';
import { formatSize } from '../config/units.ts';

/** Milter body packets are 64 KiB; far larger ones only cost memory. */
const MAX_CHUNK = 1024 * 1024;

/** `millrace run`: the pipeline on files, without an MTA. */
export const runCommand: Command = {
  spec: {
    name: 'run',
    summary: 'Send message files through the pipeline, without an MTA, and say what becomes of them',
    options: {
      config: CONFIG_OPTION,
      output: { short: 'o', value: 'DIR', help: 'write each resulting message there, under its own name' },
      diff: { help: 'show what was changed' },
      json: { help: 'print one JSON object for each message' },
      'chunk-size': { value: 'N', help: 'hand the body over in chunks of N bytes' },
      ...ENVELOPE_OPTIONS,
    },
    operands: 'MESSAGE.eml|DIR...',
    minOperands: 1,
    maxOperands: Infinity,
  },

  async run(args, io) {
    const request = readRequest(args, io);
    const config = await loadConfig(args.value('config'), io.cwd);
    const spools = new SpoolStore(spoolOptions(config));
    const writer = new ResultWriter(request.output);
    let allDone = true;
    try {
      for await (const found of findMessages(args.operands, io.cwd)) {
        try {
          if ('error' in found) throw new Error(found.error);
          await runFile(found, config, request, { spools, writer, io });
        } catch (error) {
          allDone = false;
          complain(io, `${found.name}: ${fileError(error)}`);
        }
      }
    } finally {
      await spools.close();
    }
    return allDone ? ExitStatus.done : ExitStatus.failed;
  },
};

interface Request extends Envelope {
  readonly output: string | undefined;
  readonly diff: boolean;
  readonly json: boolean;
  readonly chunkSize: number | undefined;
}

function readRequest(args: ParsedArguments, io: CommandIo): Request {
  const output = args.value('output');
  if (args.flag('diff') && args.flag('json')) throw usageError('run: --diff and --json exclude each other');
  return {
    output: output === undefined ? undefined : resolve(io.cwd, output),
    diff: args.flag('diff'),
    json: args.flag('json'),
    chunkSize: readChunkSize(args.value('chunk-size')),
    ...readEnvelope(args),
  };
}

function readChunkSize(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const size = /^\d{1,8}$/.test(text) ? Number(text) : 0;
  if (size >= 1 && size <= MAX_CHUNK) return size;
  throw usageError(`run: --chunk-size must be a number from 1 to ${MAX_CHUNK}, not ${JSON.stringify(text)}`);
}

/** What the files of one command share. */
interface Shared {
  readonly spools: SpoolStore;
  readonly writer: ResultWriter;
  readonly io: CommandIo;
}

async function runFile(file: MessageFile, config: Config, request: Request, shared: Shared): Promise<void> {
  const { io, spools } = shared;
  if ((await stat(file.path)).size === 0) throw new Error('is empty');
  let peakBuffered = 0;
  const sample = (): void => {
    peakBuffered = Math.max(peakBuffered, spools.stats.memory);
  };
  const processed = await config.filter.process(sampled(createReadStream(file.path), sample), {
    sender: request.sender,
    recipients: request.recipients,
    openSpool: () => spools.open(),
    deadline: config.deadlines.message,
    ...(request.chunkSize === undefined ? {} : { chunkSize: request.chunkSize }),
  });
  sample();
  try {
    for (const { transform, error } of processed.failures) {
      const where = transform === undefined ? '' : `transform ${transform}: `;
      const what = error instanceof Error ? error.message : String(error);
      complain(io, `${file.name}: ${escapeLogText(where + what)}`);
    }
    const { outcome } = processed;
    if (outcome.verdict.kind === 'accept') await shared.writer.write(file, processed.message());
    if (request.json) print(io.stdout, outcomeJson(file.name, outcome, peakBuffered));
    else print(io.stdout, ...outcomeLines(file.name, outcome));
    if (request.diff) print(io.stdout, ...(await differences(file, processed, io)));
  } finally {
    processed.dispose();
  }
}

/** The same chunks; `sample` is called in front of each. */
async function* sampled(source: AsyncIterable<Buffer>, sample: () => void): AsyncGenerator<Buffer> {
  for await (const chunk of source) {
    sample();
    yield chunk;
  }
}

async function differences(file: MessageFile, processed: ProcessedMessage, io: CommandIo): Promise<string[]> {
  const { verdict, bodyChanged, headerEdits } = processed.outcome;
  if (verdict.kind !== 'accept' || (!bodyChanged && headerEdits.length === 0)) return [];
  const before = await collectMessage(createReadStream(file.path));
  const after = await collectMessage(processed.message());
  if (before === undefined || after === undefined) {
    return [`  no differences shown: the message is longer than ${formatSize(MAX_VIEW)}`];
  }
  return describeChange(new LineEnds().write(before), after, io.colour ? coloured : plain);
}
