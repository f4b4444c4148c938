import { MillraceError } from '../base/errors.ts';
import type { Connection, Envelope, EnvelopeEdit, Macros } from './envelope.ts';
import type { HeaderList } from './headers/header-list.ts';
import type { Limits } from './limits.ts';
import type { Message } from './message.ts';
import type { Ambiguity } from './mime/ambiguity.ts';
import type { AnyTransform, EditKind, OnError } from './transform.ts';
import type { SharedMessage } from './shared-message.ts';
import type { PreparedTransform } from './message-run.ts';

/** One transform at work on one message: its state, its view of the message, and what it has done so far. */
export class TransformRun implements Message {
  readonly transform: AnyTransform;
  readonly onError: OnError;
  readonly edits: ReadonlySet<EditKind>;
  /** False once the transform has skipped the message, or has been bypassed after an error. */
  active = true;
  /** Whether it has changed anything that would have to be taken back. */
  touched = false;
  /** Behind a transform with `fromStream`: what is ambiguous about the message that this one has put out. */
  ambiguitiesBehind: (() => readonly Ambiguity[]) | undefined;
  /** A condition that can be told only when the transforms in front are done. */
  readonly #late: ((findings: ReadonlySet<string>) => boolean) | undefined;
  #qualified = false;
  readonly #shared: SharedMessage;
  #state: unknown;
  #hasState = false;

  constructor({ transform, edits, late }: PreparedTransform, onError: OnError, shared: SharedMessage) {
    this.#late = late;
    this.transform = transform;
    this.onError = transform.onError ?? onError;
    this.edits = edits;
    this.#shared = shared;
  }

  get connection(): Connection {
    return this.#shared.connection;
  }

  get envelope(): Envelope {
    return this.#shared.envelope;
  }

  get macros(): Macros {
    return this.#shared.macros;
  }

  get queueId(): string | undefined {
    return this.#shared.macros.i;
  }

  get headers(): HeaderList {
    return this.#shared.headers;
  }

  get state(): unknown {
    if (!this.#hasState) {
      this.#hasState = true;
      this.#state = this.transform.state?.();
    }
    return this.#state;
  }

  get signal(): AbortSignal {
    return this.#shared.signal;
  }

  get limits(): Readonly<Limits> {
    return this.#shared.limits;
  }

  get ambiguities(): readonly Ambiguity[] {
    return this.ambiguitiesBehind?.() ?? this.#shared.ambiguities;
  }

  get findings(): ReadonlySet<string> {
    return this.#shared.findings;
  }

  /** Whether the transform must wait for the verdicts of those in front. */
  get isLate(): boolean {
    return this.#late !== undefined;
  }

  /** The transforms in front are done: take this one out if it is not for such messages. Looks once. */
  qualify(): void {
    if (this.#qualified || this.#late === undefined) return;
    this.#qualified = true;
    if (!this.#late(this.#shared.findings)) this.active = false;
  }

  find(finding: string): void {
    this.#shared.findings.add(finding);
  }

  addRecipient(address: string, parameters: readonly string[] = []): void {
    this.#edit('add-recipient', {
      kind: 'add-recipient',
      address: checkRecipient(address),
      parameters: checkParameters(parameters),
    });
  }

  removeRecipient(address: string): void {
    this.#edit('remove-recipient', { kind: 'remove-recipient', address: checkRecipient(address) });
  }

  changeSender(address: string, parameters: readonly string[] = []): void {
    this.#edit('sender', {
      kind: 'change-sender',
      address: checkAddress(address),
      parameters: checkParameters(parameters),
    });
  }

  quarantine(reason: string): void {
    this.require('quarantine');
    if (reason === '' || /[\0\r\n]/.test(reason)) {
      throw new MillraceError('MILLRACE_VERB', 'a quarantine reason must be one non-empty line');
    }
    this.touched = true;
    this.#shared.quarantineReason ??= reason;
    this.find('quarantined');
  }

  note(text: string): void {
    this.#shared.notes.push(`${this.transform.name}: ${text}`);
  }

  /** Throw unless the transform has declared that it makes such edits. */
  require(kind: EditKind): void {
    if (this.edits.has(kind)) return;
    throw new MillraceError(
      'MILLRACE_EDIT_NOT_DECLARED',
      `transform ${this.transform.name} makes a ${kind} edit that its definition does not declare (edits: [...])`,
    );
  }

  #edit(kind: EditKind, edit: EnvelopeEdit): void {
    this.require(kind);
    this.touched = true;
    this.#shared.envelopeEdits.push(edit);
  }
}

function checkAddress(address: string): string {
  if (/[\0-\x20\x7f<>]/.test(address)) {
    throw new MillraceError(
      'MILLRACE_ADDRESS',
      'an envelope address holds a blank, a control character or an angle bracket',
    );
  }
  return address;
}

/** The null path is for senders only. */
function checkRecipient(address: string): string {
  if (address === '') throw new MillraceError('MILLRACE_ADDRESS', 'a recipient is empty');
  return checkAddress(address);
}

function checkParameters(parameters: readonly string[]): readonly string[] {
  for (const parameter of parameters) {
    if (parameter === '' || /[\0-\x20\x7f]/.test(parameter)) {
      throw new MillraceError(
        'MILLRACE_ADDRESS',
        'an ESMTP parameter is empty or holds a blank or a control character',
      );
    }
  }
  return parameters;
}
