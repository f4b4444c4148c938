import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import type { TlsOptions } from 'node:tls';
import { MillraceError } from '../base/errors.ts';

/** Files in PEM form that a TLS listener needs. They are read once, when it begins to listen. */
export interface TlsFiles {
  /** The server's certificate, followed by those of intermediate authorities. */
  readonly certificate: string;
  /** The certificate's private key, without a passphrase. */
  readonly key: string;
  /** Certificates of authorities: only clients with a certificate of one of them are served. Default: all clients. */
  readonly clientCa?: string;
}

/** Makes the error for a file that cannot be used; `text` begins with the file's name. */
type WrongTlsFile = (key: keyof TlsFiles, text: string, cause: unknown) => Error;

/**
 * Read and check what a TLS listener needs. A client without the certificate that `clientCa` asks for gets through the
 * handshake: whoever takes the connection looks at `authorized`, so that a refusal can be told from a broken connection.
 * @throws what `wrong` makes; by default MillraceError `MILLRACE_CONFIG` that names the option and the file.
 */
export async function loadTls(files: TlsFiles, wrong: WrongTlsFile = optionError): Promise<TlsOptions> {
  const read = async (name: keyof TlsFiles, path: string): Promise<Buffer> => {
    try {
      return await readFile(path);
    } catch (error) {
      throw wrong(name, `${JSON.stringify(path)} cannot be read (${codeOf(error)})`, error);
    }
  };
  const check = (name: keyof TlsFiles, problem: string, use: () => unknown): void => {
    try {
      use();
    } catch (error) {
      throw wrong(name, `${JSON.stringify(files[name])} ${problem} (${codeOf(error)})`, error);
    }
  };
  const cert = await read('certificate', files.certificate);
  check('certificate', 'holds no certificate in PEM form', () => new X509Certificate(cert));
  const key = await read('key', files.key);
  check('key', 'holds no private key in PEM form, or one with a passphrase', () => createPrivateKey(key));
  check('key', 'cannot be used with the certificate', () => createSecureContext({ cert, key }));
  if (files.clientCa === undefined) return { cert, key };
  const ca = await read('clientCa', files.clientCa);
  check('clientCa', 'holds no certificate in PEM form', () => new X509Certificate(ca));
  return { cert, key, ca, requestCert: true, rejectUnauthorized: false };
}

function optionError(key: keyof TlsFiles, text: string, cause: unknown): Error {
  return new MillraceError('MILLRACE_CONFIG', `server: tls.${key}: ${text}`, { cause });
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
