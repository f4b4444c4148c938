import { askedMacros } from '../protocol/mta.ts';
import type { StageMacros } from '../protocol/mta.ts';
import type { MacroLists } from '../protocol/replies.ts';
import { textToBytes } from '../protocol/wire-strings.ts';
import type { MilterClientOptions, OutgoingMessage, RejectedByMta } from './client-types.ts';

type Values = StageMacros[string];

/** The macros that a client sends, in the way of its MTA, with the values of its user, as the filter has asked for them. */
export class ClientMacros {
  readonly #options: Pick<MilterClientOptions, 'mta' | 'macros'>;
  /** The filter's lists, once it has answered the offer. */
  lists: MacroLists | undefined;

  constructor(options: Pick<MilterClientOptions, 'mta' | 'macros'>) {
    this.#options = options;
  }

  /** For CONNECT and HELO. */
  connection(): StageMacros {
    return this.#asked({ ...this.#ofConnection(), ...this.#options.macros });
  }

  /** For the n-th message of a connection, of its commands other than RCPT. */
  message(message: OutgoingMessage, from: string, n: number): StageMacros {
    return this.#asked(this.#ofMessage(message, from, n));
  }

  /** For RCPT. */
  recipient(message: OutgoingMessage, from: string, n: number, address: string): StageMacros {
    const macros = this.#ofMessage(message, from, n);
    return this.#asked({ ...macros, R: macros['R'] ?? routeOf('smtp', 'mx.example.org', address) });
  }

  /** For RCPT with a recipient that the MTA refuses. QUIRK(sendmail): it does not say why. */
  rejected(message: OutgoingMessage, from: string, n: number, recipient: RejectedByMta): StageMacros {
    const { address, status = '5.1.1', reason = 'User unknown' } = recipient;
    const isSendmail = this.#options.mta === 'sendmail';
    const refusal = isSendmail ? routeOf('error', '', address) : routeOf('error', status, reason);
    const macros = this.#ofMessage(message, from, n);
    const others = (macros['R'] ?? []).filter(([name]) => !/^\{?rcpt_(?:mailer|host|addr)\}?$/.test(name));
    return this.#asked({ ...macros, R: [...others, ...refusal] });
  }

  #ofMessage(message: OutgoingMessage, from: string, n: number): StageMacros {
    const id: Values = [['i', `MILLRACE${n}`]];
    return {
      ...this.#ofConnection(),
      M: [['{mail_addr}', textToBytes(from)]],
      T: id,
      N: id,
      E: id,
      ...this.#options.macros,
      ...message.macros,
    };
  }

  #ofConnection(): StageMacros {
    const isSendmail = this.#options.mta === 'sendmail';
    return {
      C: [
        ['j', 'mx.example.org'],
        ['{daemon_name}', 'mx.example.org'],
        ...(isSendmail ? [['{if_name}', 'mx.example.org'] as const] : [['v', 'Postfix 3.7'] as const]),
      ],
    };
  }

  #asked(macros: StageMacros): StageMacros {
    return askedMacros(macros, this.lists, this.#options.mta ?? 'postfix');
  }
}

/** What an MTA makes of a recipient: how it would be delivered, or that it is not. */
function routeOf(mailer: string, host: string, address: string): Values {
  return [
    ['{rcpt_mailer}', mailer],
    ['{rcpt_host}', textToBytes(host)],
    ['{rcpt_addr}', textToBytes(address)],
  ];
}
