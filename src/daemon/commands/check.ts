import { DEFAULT_OFFER, negotiate } from '../../protocol/index.ts';
import { type AnyTransform, editsOf, isLate, type When } from '../../core/index.ts';
import { formatAddress, wishesOf } from '../../server/index.ts';
import { CONFIG_OPTION, print } from '../command.ts';
import type { Command } from '../command.ts';
import { ExitStatus } from '../command-io.ts';
import type { Config } from '../config/config.ts';
import { DEFAULT_CONFIG } from '../config/default-config.ts';
import { loadConfig } from '../config/load-config.ts';
import { formatDuration } from '../config/units.ts';
import { negotiationLines } from '../negotiation-lines.ts';
import { postfixLines, sendmailLines } from '../mta-settings.ts';

/** `millrace check`: validate a configuration, and say what it means. */
export const checkCommand: Command = {
  spec: {
    name: 'check',
    summary: 'Validate the configuration',
    options: {
      config: CONFIG_OPTION,
      show: { help: 'also show the order of transforms, what is negotiated, and the lines for the MTA' },
    },
    operands: '',
    minOperands: 0,
    maxOperands: 0,
  },

  async run(args, io) {
    const config = await loadConfig(args.value('config'), io.cwd);
    const count = config.filter.transforms.length;
    print(io.stdout, `${config.source}: ok, ${count} transform${count === 1 ? '' : 's'}`);
    if (args.flag('show')) {
      if (args.value('config') === undefined) print(io.stdout, '', ...DEFAULT_CONFIG.trimEnd().split('\n'));
      print(io.stdout, '', ...describeConfig(config));
    }
    return ExitStatus.done;
  },
};

/** What core does at a limit when nothing is said (see FilterOptions). */
const LIMIT_DEFAULT =
  'tempfail for a header that is too large, a note for parts that are too many or too deep';

/** What a configuration means, for people. */
function describeConfig(config: Config): string[] {
  const { filter, listen, tls, deadlines } = config;
  const withTls = tls?.listen.map((address) => `${formatAddress(address)} with TLS`) ?? [];
  const limits = Object.entries(deadlines).map(([name, ms]) => `${name} ${formatDuration(ms)}`);
  return [
    `listens on ${[...listen.map(formatAddress), ...withTls].join(', ')}`,
    `deadlines: ${limits.join(', ')}`,
    `on error: ${filter.policy.onError}`,
    `on a limit: ${filter.policy.onLimit ?? LIMIT_DEFAULT}`,
    '',
    'transforms, in the order in which messages pass them:',
    ...filter.transforms.flatMap((transform, index) => [
      ...(hasBarrier(filter.transforms, index) ? [BARRIER] : []),
      `  ${index + 1}. ${describeTransform(transform)}`,
    ]),
    '',
    ...describeNegotiation(config),
    '',
    ...mtaLines(config),
  ];
}

const BARRIER = '  -- barrier: the message waits in the spool until everything above is decided';

/** Whether what waits for the verdicts of those in front begins here. */
function hasBarrier(transforms: readonly AnyTransform[], index: number): boolean {
  return isLate(transforms[index]) && !(index > 0 && isLate(transforms[index - 1]));
}

function describeTransform(transform: AnyTransform): string {
  const edits = [...editsOf(transform)];
  return [
    transform.name,
    `may change: ${edits.length === 0 ? 'nothing' : edits.join(', ')}`,
    ...(transform.when === undefined ? [] : [`when ${describeWhen(transform.when)}`]),
    ...(transform.onError === undefined ? [] : [`on error: ${transform.onError}`]),
    ...(transform.eager === true ? ['eager'] : []),
  ].join('; ');
}

function describeWhen(when: When): string {
  return Object.entries(when)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}`)
    .join(', ');
}

/** The flags that this filter answers to the offer of a Postfix or Sendmail of today. */
function describeNegotiation({ filter }: Pick<Config, 'filter'>): string[] {
  const result = negotiate(DEFAULT_OFFER, wishesOf(filter.interest));
  // With everything on offer there is nothing to disagree about.
  if (!result.ok) throw new Error(result.error);
  return [
    `negotiated with Postfix and Sendmail (milter version ${result.agreement.version}):`,
    ...negotiationLines(result.agreement),
  ];
}

/** What an administrator writes into the MTA's configuration. */
export function mtaLines(config: Pick<Config, 'listen' | 'deadlines'>): string[] {
  if (config.listen.length === 0) {
    return ['Postfix and Sendmail speak no TLS to a milter: give them an address in `listen`.'];
  }
  return [
    'Postfix, main.cf (name it before a milter that signs with DKIM: what is signed must not change any more):',
    ...postfixLines(config).map((line) => `  ${line}`),
    'Sendmail, sendmail.mc (also before the signer):',
    ...sendmailLines(config).map((line) => `  ${line}`),
  ];
}
