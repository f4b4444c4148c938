import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';

/** What is wrong with the file that `name` stands for; `text` begins with the file's path. */
export type WrongPemFile<Name extends string> = (name: Name, text: string, cause: unknown) => Error;

/** Reads PEM files and checks what they hold. Each function throws what `wrong` makes. */
export class PemFiles<Name extends string> {
  readonly #wrong: WrongPemFile<Name>;

  constructor(wrong: WrongPemFile<Name>) {
    this.#wrong = wrong;
  }

  /** One certificate or several. */
  async certificate(name: Name, path: string): Promise<Buffer> {
    const pem = await this.#read(name, path);
    this.#check(name, path, 'holds no certificate in PEM form', () => new X509Certificate(pem));
    return pem;
  }

  /** The private key that belongs to a certificate. */
  async key(name: Name, path: string, cert: Buffer): Promise<Buffer> {
    const key = await this.#read(name, path);
    this.#check(name, path, 'holds no private key in PEM form, or one with a passphrase', () =>
      createPrivateKey(key),
    );
    this.#check(name, path, 'cannot be used with the certificate', () => createSecureContext({ cert, key }));
    return key;
  }

  async #read(name: Name, path: string): Promise<Buffer> {
    try {
      return await readFile(path);
    } catch (error) {
      throw this.#wrong(name, `${JSON.stringify(path)} cannot be read (${codeOf(error)})`, error);
    }
  }

  #check(name: Name, path: string, problem: string, use: () => unknown): void {
    try {
      use();
    } catch (error) {
      throw this.#wrong(name, `${JSON.stringify(path)} ${problem} (${codeOf(error)})`, error);
    }
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
