import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { Program } from './process.ts';

/** What users run: the built program. The scripts of package.json run in the checkout. */
const MAIN = resolve(process.cwd(), 'dist/daemon/main.js');

const FOOTER = `
[[transform]]
use = "footer"
text = "-- \\nSent via example.org"
`;

const STRIP = `
[[transform]]
use = "strip-attachments"
extensions = ["exe", "js", "iso"]
on-ambiguous = "note"
`;

/** Reads every part decoded and changes nothing. */
const INSPECT = `
[[transform]]
use = "virus-scan"
engine = "builtin"
on-ambiguous = "note"
`;

function clamd(address: string): string {
  return `
[[transform]]
use = "virus-scan"
engine = "clamd"
address = "${address}"
max-size = "2 GB"
concurrency = 64
on-ambiguous = "note"
`;
}

/** The pipelines that are measured, by name. Those with a scanner need its address. */
export const PIPELINES = {
  nothing: {
    title: 'nothing wanted',
    config: () => `${FOOTER}when = { from = "*@nobody.invalid" }\n`,
  },
  inspect: {
    title: 'inspect only (built-in scanner)',
    config: () => INSPECT,
  },
  footer: { title: 'footer', config: () => FOOTER },
  'footer-eager': { title: 'footer, eager', config: () => `${FOOTER}eager = true\n` },
  strip: { title: 'strip (nothing to remove)', config: () => STRIP },
  'footer-strip': { title: 'strip + footer', config: () => STRIP + FOOTER },
  'scan-stub': { title: 'scan (stub that only reads)', config: clamd },
  'scan-clamd': { title: 'scan (clamd)', config: clamd },
} as const;

/** The name of a pipeline. */
export type PipelineName = keyof typeof PIPELINES;

/** What a process writes down about itself, when it ends. */
export interface Watching {
  /** Where it says how late its event loop was. */
  readonly loopDelayFile?: string;
  /** Where it leaves a CPU profile. */
  readonly profileDirectory?: string;
}

/** Samples of a profile are so many microseconds apart. */
const SAMPLING = 500;

/** Millrace with a pipeline, as a program; its files go into a directory of its own below \`directory\`. */
export function millrace(
  pipeline: PipelineName,
  directory: string,
  options: Watching & { readonly scanner?: string } = {},
): Program {
  const home = join(directory, `millrace-${pipeline}`);
  const spool = join(home, 'spool');
  mkdirSync(spool, { recursive: true });
  const config = join(home, 'millrace.toml');
  writeFileSync(
    config,
    `log-level = "info"\nspool = { directory = "${spool}", quota = "20 GB" }\n${PIPELINES[pipeline].config(options.scanner ?? '')}`,
  );
  const preload =
    options.loopDelayFile === undefined ? [] : ['--import', new URL('./loop-delay.js', import.meta.url).href];
  const profile =
    options.profileDirectory === undefined
      ? []
      : ['--cpu-prof', `--cpu-prof-interval=${SAMPLING}`, `--cpu-prof-dir=${options.profileDirectory}`];
  return {
    name: `millrace-${pipeline}`,
    command: [process.execPath, ...preload, ...profile, MAIN, 'serve', '-c', config, '--listen'],
    spool,
    ...(options.loopDelayFile === undefined
      ? {}
      : { environment: { BENCH_LOOP_DELAY: options.loopDelayFile } }),
  };
}
