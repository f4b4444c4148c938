#!/usr/bin/env node
import { processIo } from './command-io.ts';
import { runCommandLine } from './command-line.ts';

// `millrace run ... | head` closes the pipe early: that is no error worth a stack trace.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// The exit status is set rather than exit() called: output to a pipe may still be on its way.
process.exitCode = await runCommandLine(process.argv.slice(2), processIo());
