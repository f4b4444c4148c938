/** Says on standard error what is being measured: one line that changes on a terminal, else a line for each bench. */
export class Progress {
  readonly #stream: NodeJS.WriteStream;
  readonly #total: number;
  #done = 0;

  constructor(total: number, stream: NodeJS.WriteStream = process.stderr) {
    this.#total = total;
    this.#stream = stream;
  }

  /** A bench begins. */
  begin(name: string): void {
    this.#done++;
    if (this.#stream.isTTY) this.#show(name);
    else this.#stream.write(`[${this.#done}/${this.#total}] ${name}\n`);
  }

  round(name: string, round: number, rounds: number): void {
    if (this.#stream.isTTY) this.#show(`${name}, round ${round} of ${rounds}`);
  }

  /** Something that should stay visible. */
  note(text: string): void {
    this.#stream.write(`${this.#stream.isTTY ? '\r\u001b[K' : ''}${text}\n`);
  }

  end(): void {
    if (this.#stream.isTTY) this.#stream.write('\r\u001b[K');
  }

  #show(text: string): void {
    this.#stream.write(`\r\u001b[K[${this.#done}/${this.#total}] ${text}`);
  }
}
