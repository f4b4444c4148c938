import { actionNames, protocolNames } from '../protocol/index.ts';
import type { MacroLists } from '../protocol/index.ts';
import { escapeLogText } from '../server/index.ts';

/** What a filter has answered to an MTA's offer. */
interface Negotiated {
  readonly actions: number;
  readonly protocol: number;
  readonly macros?: MacroLists | undefined;
}

/** What was negotiated, for people: a line for each kind of thing. */
export function negotiationLines({ actions, protocol, macros = {} }: Negotiated): string[] {
  const lists = Object.entries(macros).map(([stage, names]) =>
    escapeLogText(`  macros at ${stage}: ${names.join(' ')}`),
  );
  return [
    `  actions:  ${actionNames(actions).join(' ') || 'none'}`,
    `  protocol: ${protocolNames(protocol).join(' ') || 'none'}`,
    ...lists,
  ];
}
