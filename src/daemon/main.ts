#!/usr/bin/env node
import './young-generation.ts';
import { processIo } from './command-io.ts';
import { runCommandLine } from './command-line.ts';

const argv = process.argv.slice(2);

// `millrace run ... | head` closes the pipe early, which is no error worth a stack trace. A milter goes on without its log.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  if (argv[0] !== 'serve') process.exit(0);
});

// The exit status is set rather than exit() called: output to a pipe may still be on its way.
process.exitCode = await runCommandLine(argv, processIo());

// What a stuck transform has still open, a timer or a socket, must not keep a milter that has stopped.
if (argv[0] === 'serve') process.stdout.write('', () => process.exit());
