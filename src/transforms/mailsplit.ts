import type { Duplex } from 'node:stream';
import { Joiner } from 'mailsplit';
import { MillraceError } from '../base/errors.ts';
import type { Message } from '../core/message.ts';
import type { Part } from '../core/mime/part.ts';
import { defineTransform, editsOf, type TransformDefinition } from '../core/transform.ts';
import { leave } from '../core/verbs.ts';
import type { NodeOptions } from './mailsplit/node-stage.ts';
import { NodeSplitter } from './mailsplit/node-splitter.ts';

/** A Node stream in object mode on both sides. (mailsplit declares its own in a way that TypeScript takes for no `Duplex`.) */
export type MailsplitStream = Pick<Duplex, 'readable' | 'writable' | 'read' | 'write'>;

/**
 * A transform made of mailsplit-style streams; all hooks of a transform but `onPart` may be there as well, `onEnd` for a
 * verdict, say.
 */
export interface MailsplitOptions<S = undefined>
  extends Omit<TransformDefinition<S>, 'onPart' | 'fromStream'>, NodeOptions {
  /**
   * The streams for one message: object mode on both sides, mailsplit's objects in and out (`node`, `data`, `body`; a Buffer
   * goes as it is into the message). Several are connected in order. Nothing returned: this message goes on without.
   * New ones for every message. `msg.signal` tells streams beside these when the message is over.
   */
  create(msg: Message<S>): MailsplitStream | readonly MailsplitStream[] | undefined;
  /**
   * What the streams get to see of signed and encrypted parts, which no change may reach: `skip`, nothing but bytes outside of parts, and
   * where the message is one as a whole it goes on without them; `show`, everything, for streams that look or know what they do.
   * Default `skip`; a transform whose `edits` do not name `body` cannot harm them and is always shown everything.
   */
  readonly onSigned?: 'skip' | 'show';
}

/**
 * Run mailsplit-style streams (mailsplit's `Rewriter` and `Streamer`, or an object-mode Transform of one's own) as one step
 * of a pipeline. A root header that comes out different becomes header edits; where the streams change nothing, nothing is
 * sent, whatever the message is like.
 *
 * The objects are made by Millrace's scanner, not by mailsplit's Splitter. Memory is what the streams themselves hold; back-pressure goes
 * through them both ways. An error of a stream, a throw in one of its methods, and a stream that ends early follow `onError`.
 * @throws MillraceError `MILLRACE_DEFINITION` for an option that is wrong.
 */
export function mailsplitTransform<S = undefined>(options: MailsplitOptions<S>): TransformDefinition<S> {
  const {
    create,
    onSigned = 'skip',
    ignoreEmbedded = false,
    defaultInlineEmbedded = false,
    Iconv,
    ...definition
  } = options;
  const wrong = (text: string): never => {
    throw new MillraceError('MILLRACE_DEFINITION', `transform ${JSON.stringify(definition.name)}: ${text}`);
  };
  if (typeof create !== 'function') wrong('create must be a function');
  if (onSigned !== 'skip' && onSigned !== 'show') wrong('onSigned must be "skip" or "show"');
  if ('onPart' in definition || 'fromStream' in definition)
    wrong('create takes the place of onPart and fromStream');

  const nodeOptions: NodeOptions = {
    ignoreEmbedded,
    defaultInlineEmbedded,
    ...(Iconv === undefined ? {} : { Iconv }),
  };
  const transform: TransformDefinition<S> = {
    ...definition,
    fromStream(root, msg) {
      if (keepsOut && root.protection !== undefined) return leave(root.protection);
      const streams = create(msg);
      if (streams === undefined || streams === null) return undefined;
      const isHidden = (part: Part): boolean => keepsOut && part.protection !== undefined;
      return [new NodeSplitter(msg.limits, nodeOptions, isHidden), streams, new Joiner()].flat() as Duplex[];
    },
  };
  const keepsOut = onSigned === 'skip' && editsOf(transform).has('body');
  return defineTransform(transform);
}
