import { resolve } from 'node:path';
import { loadClientTls } from '../server/index.ts';
import type { ClientTls, ClientTlsFiles } from '../server/index.ts';
import { usageError } from './arguments.ts';
import type { OptionSpec, ParsedArguments } from './arguments.ts';
import type { CommandIo } from './command-io.ts';

/** Options of the commands that connect to a milter. Each of those with a value means `--tls`, too. */
export const TLS_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  tls: { help: 'speak TLS, and trust who the system trusts' },
  ca: { value: 'FILE', help: 'speak TLS, and trust these certificates (PEM) instead' },
  certificate: { value: 'FILE', help: 'speak TLS with this client certificate (PEM); needs --key' },
  key: { value: 'FILE', help: 'its private key (PEM), without a passphrase' },
  'server-name': { value: 'NAME', help: "speak TLS, and expect this name in the milter's certificate" },
};

const OPTION_OF: Readonly<Record<keyof ClientTlsFiles, string>> = {
  ca: '--ca',
  certificate: '--certificate',
  key: '--key',
};

/**
 * How to speak TLS, as the options say; undefined when none of them is given.
 * @throws MillraceError `MILLRACE_USAGE` that names the option and, where a file cannot be used, the file.
 */
export async function readTls(args: ParsedArguments, io: CommandIo): Promise<ClientTls | undefined> {
  if (!Object.keys(TLS_OPTIONS).some((name) => args.flag(name))) return undefined;
  for (const [one, other] of [
    ['certificate', 'key'],
    ['key', 'certificate'],
  ]) {
    if (args.flag(one) && !args.flag(other)) throw usageError(`--${one} needs --${other} beside it`);
  }
  const file = (name: keyof ClientTlsFiles): Partial<ClientTlsFiles> => {
    const path = args.value(name);
    return path === undefined ? {} : { [name]: resolve(io.cwd, path) };
  };
  const tls = await loadClientTls({ ...file('ca'), ...file('certificate'), ...file('key') }, (name, text) =>
    usageError(`${OPTION_OF[name]}: ${text}`),
  );
  const servername = args.value('server-name');
  return servername === undefined ? tls : { ...tls, servername };
}
