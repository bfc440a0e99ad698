/** What a verb of the console is, and what verbs share. */
import type { Frame } from '../../engine/engine.ts';
import { RequestError } from '../../errors.ts';
import { parseNumber } from '../../format.ts';
import { look } from '../../look.ts';
import { whyUnreadable } from '../../memory/unreadable.ts';
import type { Exchange } from '../../requests.ts';
import type { Session } from '../../session.ts';
import { compileIn } from '../../variables/typed.ts';

export interface Asking {
  readonly session: Session;
  readonly frame: Frame | undefined;
  readonly exchange: Exchange;
}

export interface VerbRow {
  /** What follows it, as help writes it. */
  readonly operand: string;
  readonly summary: string;
  readonly example?: string;
  run(asking: Asking, rest: string): string | Promise<string>;
}

/** What must follow a verb. */
export function required(verb: string, operand: string, rest: string): string {
  if (rest === '') throw new RequestError('expression', `${verb} needs something after it: ${verb} ${operand}`);
  return rest;
}

/** A number, or the value of an expression where the user looks. */
export function numberOf({ session: { program }, frame }: Asking, text: string): bigint {
  const number = parseNumber(text);
  if (number !== undefined) return number;
  if (!frame) throw new RequestError('address', `${text} is no address.`);
  const compiled = compileIn(program, frame, text);
  const seen = look(frame.eye, () => compiled.evaluate(frame.eye));
  if ('fault' in seen) throw new RequestError('expression', whyUnreadable(program, frame, seen.fault));
  return seen.value;
}

/** `0x8800_0000 .. 0x8800_1000` or `0x8800_0000 4096`: first address and the one behind the last. */
export function rangeOf(asking: Asking, text: string): { readonly from: number; readonly to: number } {
  const [, first, dots, last] = /^(.+?)\s*(\.\.|\s)\s*(.+)$/.exec(text) ?? [];
  if (first === undefined)
    throw new RequestError('expression', 'A range looks like this: 0x8800_0000 .. 0x8800_1000, or 0x8800_0000 4096.');
  const from = Number(numberOf(asking, first.trim()));
  const second = Number(numberOf(asking, last.trim()));
  const to = dots === '..' ? second : from + second;
  if (to <= from) throw new RequestError('expression', 'A range ends behind where it begins.');
  return { from, to };
}
