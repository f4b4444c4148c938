import type { TlsOptions } from 'node:tls';
import { MillraceError } from '../base/errors.ts';
import type { ClientTls } from './client-types.ts';
import { PemFiles } from './pem-files.ts';
import type { WrongPemFile } from './pem-files.ts';

/** Files in PEM form that a TLS listener needs. They are read once, when it begins to listen. */
export interface TlsFiles {
  /** The server's certificate, followed by those of intermediate authorities. */
  readonly certificate: string;
  /** The certificate's private key, without a passphrase. */
  readonly key: string;
  /** Certificates of authorities: only clients with a certificate of one of them are served. Default: all clients. */
  readonly clientCa?: string;
}

/** Files in PEM form for a TLS client. */
export interface ClientTlsFiles {
  /** Certificates of authorities that are trusted. Default: those of the system. */
  readonly ca?: string;
  /** The client's own certificate, where the filter asks for one; the key is needed then. */
  readonly certificate?: string;
  /** The certificate's private key, without a passphrase. */
  readonly key?: string;
}

/**
 * Read and check what a TLS listener needs. A client without the certificate that `clientCa` asks for gets through the
 * handshake: whoever takes the connection looks at `authorized`, so that a refusal can be told from a broken connection.
 * @throws what `wrong` makes; by default MillraceError `MILLRACE_CONFIG` that names the option and the file.
 */
export async function loadTls(
  files: TlsFiles,
  wrong: WrongPemFile<keyof TlsFiles> = optionError,
): Promise<TlsOptions> {
  const pem = new PemFiles(wrong);
  const cert = await pem.certificate('certificate', files.certificate);
  const key = await pem.key('key', files.key, cert);
  if (files.clientCa === undefined) return { cert, key };
  const ca = await pem.certificate('clientCa', files.clientCa);
  return { cert, key, ca, requestCert: true, rejectUnauthorized: false };
}

/** Read and check what a TLS client needs. @throws what `wrong` makes. */
export async function loadClientTls(
  files: ClientTlsFiles,
  wrong: WrongPemFile<keyof ClientTlsFiles>,
): Promise<ClientTls> {
  const pem = new PemFiles(wrong);
  const ca = files.ca === undefined ? {} : { ca: await pem.certificate('ca', files.ca) };
  if (files.certificate === undefined || files.key === undefined) return ca;
  const cert = await pem.certificate('certificate', files.certificate);
  return { ...ca, cert, key: await pem.key('key', files.key, cert) };
}

function optionError(key: keyof TlsFiles, text: string, cause: unknown): Error {
  return new MillraceError('MILLRACE_CONFIG', `server: tls.${key}: ${text}`, { cause });
}
