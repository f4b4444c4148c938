/** What an administrator runs: the commands, and the configuration that they run on. */
export { runCommandLine } from './command-line.ts';
export type { CommandIo } from './command-io.ts';
export type { Config } from './config/config.ts';
export { loadConfig } from './config/load-config.ts';
