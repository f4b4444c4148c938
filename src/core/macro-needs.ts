import type { UsualMacros } from './envelope.ts';
import type { AnyTransform } from './transform.ts';

/** Stages of an SMTP session that an MTA sends macros at, in order. */
const MACRO_STAGES = ['connect', 'helo', 'mail', 'rcpt', 'data', 'endOfHeaders', 'endOfMessage'] as const;

/** A stage of an SMTP session that an MTA sends macros at. */
export type MacroStage = (typeof MACRO_STAGES)[number];

/** A macro's name without braces: a usual one, or any other that the MTA knows. */
export type MacroName = keyof UsualMacros | (string & {});

/** Macros that are needed, by the stage from which on they must be there. */
export type MacroNeeds = Readonly<Partial<Record<MacroStage, readonly MacroName[]>>>;

/** What is wrong with a definition's `macros`; undefined when nothing is. */
export function macroProblem(macros: unknown): string | undefined {
  if (typeof macros !== 'object' || macros === null || Array.isArray(macros)) {
    return `macros must be an object with lists of names by stage (${MACRO_STAGES.join(', ')})`;
  }
  for (const [stage, names] of Object.entries(macros)) {
    if (!MACRO_STAGES.includes(stage as MacroStage)) {
      return `macros: unknown stage ${JSON.stringify(stage)}; known are ${MACRO_STAGES.join(', ')}`;
    }
    if (names === undefined) continue;
    if (!Array.isArray(names)) return `macros.${stage} must be a list of names`;
    for (const name of names) {
      if (typeof name !== 'string' || !/^[\w.-]+$/.test(name)) {
        return `macros.${stage}: ${JSON.stringify(name)} is no macro name (without braces, as in msg.macros)`;
      }
    }
  }
  return undefined;
}

/** What all transforms need together: what they declare, and what their conditions and hooks look at. */
export function macroNeedsOf(transforms: readonly AnyTransform[]): MacroNeeds {
  const needs: Partial<Record<MacroStage, string[]>> = {};
  const add = (stage: MacroStage, names: readonly string[]): void => {
    const known = (needs[stage] ??= []);
    for (const name of names) if (!known.includes(name)) known.push(name);
  };
  for (const { macros, when, onRejectedRcpt } of transforms) {
    for (const stage of MACRO_STAGES) if ((macros?.[stage]?.length ?? 0) > 0) add(stage, macros![stage]!);
    if (when?.authenticated !== undefined || when?.direction !== undefined) add('mail', ['auth_authen']);
    if (onRejectedRcpt !== undefined) add('rcpt', ['rcpt_mailer', 'rcpt_host', 'rcpt_addr']);
  }
  return needs;
}
