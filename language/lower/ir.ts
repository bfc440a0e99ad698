/**
 * The lowered form of a statement: what one word is, before it becomes bytes and a closure. The text of an action is the
 * word's identity (its hash covers it) and its line in the disassembly; so it names every constant, offset, width and
 * branch distance, and no variable.
 */
import type { Architecture } from '../../machine/index.ts';
import type { FunctionInfo } from '../program/program.ts';

export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '%'
  | '<<'
  | '>>'
  | '&'
  | '|'
  | '^'
  | '=='
  | '!='
  | '<'
  | '<='
  | '>'
  | '>='
  | '&&'
  | '||';

export type Value =
  | { readonly op: 'constant'; readonly value: bigint }
  /** The 8-byte slot at SP + offset. */
  | { readonly op: 'local'; readonly offset: number }
  /** SP + offset. */
  | { readonly op: 'frame'; readonly offset: number }
  /** The image's first byte + offset; `at` once the offset is known only after layout. */
  | { readonly op: 'image'; readonly at: () => number }
  /** A word of a scenario's secret; what it is stands nowhere in the code. */
  | { readonly op: 'secret'; readonly name: string; readonly secret: number; readonly index: Value }
  /** A number that is known once all images have their places. */
  | { readonly op: 'linked'; readonly value: () => bigint }
  | { readonly op: 'load'; readonly address: Value; readonly size: number }
  | { readonly op: 'register'; readonly register: number }
  /** The index of a register, for an instruction that is told which one to use. */
  | { readonly op: 'registerName'; readonly register: number }
  /** A general register by its number, of which five bits count. */
  | { readonly op: 'numbered'; readonly index: Value; readonly registers: readonly number[] }
  | { readonly op: 'bits'; readonly value: Value; readonly high: number; readonly low: number }
  | { readonly op: 'unary'; readonly operator: '-' | '!' | '~'; readonly operand: Value; readonly bits: number }
  | { readonly op: 'binary'; readonly operator: BinaryOperator; readonly left: Value; readonly right: Value; readonly bits: number }
  /** `into` with bits `high` to `low` replaced by `value`. */
  | { readonly op: 'insert'; readonly into: Value; readonly value: Value; readonly high: number; readonly low: number }
  /** Truncation to `bits`. */
  | { readonly op: 'wrap'; readonly value: Value; readonly bits: number }
  /** A field of the event that a condition looks at. */
  | { readonly op: 'eventField'; readonly name: string };

/** Where a value can be put. */
export type Place =
  | { readonly to: 'local'; readonly offset: number }
  | { readonly to: 'memory'; readonly address: Value; readonly size: number }
  | { readonly to: 'register'; readonly register: number }
  | { readonly to: 'numbered'; readonly index: Value; readonly registers: readonly number[] }
  | { readonly to: 'field'; readonly register: number; readonly high: number; readonly low: number };

/** A position in code, known once the image is laid out. */
export interface Label {
  index: number;
}

/** A function as calls to it see it; its frame is known once its body is lowered. */
export interface Callee {
  readonly name: string;
  readonly entry: Label;
  frameSize: number;
  info?: FunctionInfo;
}

export type TextPart = string | Value;

export type Action =
  | { readonly do: 'set'; readonly place: Place; readonly value: Value }
  | { readonly do: 'jump'; readonly to: Label }
  | { readonly do: 'unless'; readonly condition: Value; readonly to: Label }
  | { readonly do: 'call'; readonly callee: Callee; readonly args: readonly Value[]; readonly result?: number }
  | { readonly do: 'return'; readonly value?: Value }
  /** Fills the three words at `slot`: where to go on, SP, the address of the result (`result` bytes above SP; 0 = none). */
  | { readonly do: 'suspend'; readonly slot: Value; readonly to: Label; readonly result?: number }
  /** Goes on where `slot` says, on the stack as it was there, with `value` as the result. */
  | { readonly do: 'resume'; readonly slot: Value; readonly value: Value }
  /** `pop`: bytes of the frame that an exception return leaves behind. */
  | {
      readonly do: 'instruction';
      readonly row: number;
      readonly part: number;
      readonly args: readonly Value[];
      readonly result?: number;
      readonly pop: () => number;
    }
  | { readonly do: 'enter' | 'leave'; readonly size: () => number }
  | { readonly do: 'expect'; readonly condition: Value; readonly text: string; readonly sides?: readonly [Value, Value] }
  | { readonly do: 'finish' }
  | { readonly do: 'panic'; readonly parts: readonly TextPart[] }
  | { readonly do: 'announce'; readonly name: string; readonly values: readonly { readonly field: string; readonly value: Value }[] };

/** What a `suspend` fills: the address to go on at, SP and the address of the result, 8 bytes each. */
export const SUSPENSION = { pc: 0n, sp: 8n, result: 16n } as const;

/** Bytes from SP of the first parameter or local: return PC, caller's SP and the result's address stand before it. */
export const FRAME_HEADER = 24;

export function constant(value: bigint): Value {
  return { op: 'constant', value: BigInt.asUintN(64, value) };
}

/** `left + right`, folded where both are known. */
export function add(left: Value, right: Value): Value {
  if (right.op === 'constant' && right.value === 0n) return left;
  if (left.op === 'constant' && right.op === 'constant') return constant(left.value + right.value);
  if (left.op === 'frame' && right.op === 'constant') return { op: 'frame', offset: left.offset + Number(right.value) };
  if (left.op === 'image' && right.op === 'constant') {
    const offset = Number(right.value);
    return { op: 'image', at: () => left.at() + offset };
  }
  return { op: 'binary', operator: '+', left, right, bits: 64 };
}

const hex = (value: bigint): string => (value < 10n ? value.toString() : `0x${value.toString(16)}`);
const offset = (base: string, bytes: number): string => (bytes === 0 ? base : `${base} + ${hex(BigInt(bytes))}`);

/** The text of values and actions, for hashes and the disassembly. */
export class Printer {
  constructor(private readonly architecture: Architecture) {}

  value(value: Value): string {
    switch (value.op) {
      case 'constant':
        return hex(value.value);
      case 'local':
        return `[${offset('sp', value.offset)}]`;
      case 'frame':
        return `(${offset('sp', value.offset)})`;
      case 'image':
        return `(${offset('image', value.at())})`;
      case 'secret':
        return `secret ${value.name}[${this.value(value.index)}]`;
      case 'linked':
        return hex(value.value());
      case 'load':
        return `u${value.size * 8}[${this.value(value.address)}]`;
      case 'register':
        return this.architecture.registers[value.register].name;
      case 'registerName':
        return `&${this.architecture.registers[value.register].name}`;
      case 'numbered':
        return `${this.architecture.numbered?.name}[${this.value(value.index)}]`;
      case 'bits':
        return `${this.value(value.value)}<${value.high}:${value.low}>`;
      case 'insert':
        return `${this.value(value.into)}<${value.high}:${value.low} = ${this.value(value.value)}>`;
      case 'unary':
        return `${value.operator}${this.value(value.operand)}${width(value.bits)}`;
      case 'binary':
        return `(${this.value(value.left)} ${value.operator}${width(value.bits)} ${this.value(value.right)})`;
      case 'wrap':
        return `u${value.bits}(${this.value(value.value)})`;
      case 'eventField':
        return `event.${value.name}`;
    }
  }

  place(place: Place): string {
    switch (place.to) {
      case 'local':
        return `[${offset('sp', place.offset)}]`;
      case 'memory':
        return `u${place.size * 8}[${this.value(place.address)}]`;
      case 'register':
        return this.architecture.registers[place.register].name;
      case 'numbered':
        return `${this.architecture.numbered?.name}[${this.value(place.index)}]`;
      case 'field':
        return `${this.architecture.registers[place.register].name}<${place.high}:${place.low}>`;
    }
  }

  /** `index`: of the word itself, for branch distances. */
  action(action: Action, index: number): string {
    switch (action.do) {
      case 'set':
        return `${this.place(action.place)} = ${this.value(action.value)}`;
      case 'jump':
        return `b ${distance(action.to, index)}`;
      case 'unless':
        return `b.unless ${this.value(action.condition)}, ${distance(action.to, index)}`;
      case 'call': {
        const result = action.result === undefined ? '' : `[${offset('sp', action.result)}] = `;
        return `${result}call ${distance(action.callee.entry, index)}, frame ${action.callee.frameSize} (${this.list(action.args)})`;
      }
      case 'return':
        return action.value ? `return ${this.value(action.value)}` : 'return';
      case 'suspend': {
        const result = action.result === undefined ? '' : `, result [${offset('sp', action.result)}]`;
        return `suspend ${this.value(action.slot)}, ${distance(action.to, index)}${result}`;
      }
      case 'resume':
        return `resume ${this.value(action.slot)}, ${this.value(action.value)}`;
      case 'instruction': {
        const row = this.architecture.instructions[action.row];
        const name = row.words && row.words > 1 ? `${row.name}.${action.part}` : row.name;
        const result = action.result === undefined ? '' : `[${offset('sp', action.result)}] = `;
        const pop = row.control === 'return' && action.pop() > 0 ? `, pop ${action.pop()}` : '';
        return `${result}${name}${action.args.length ? ` ${this.list(action.args)}` : ''}${pop}`;
      }
      case 'enter':
        return `sp -= ${action.size()}`;
      case 'leave':
        return `sp += ${action.size()}`;
      case 'expect':
        return `expect ${this.value(action.condition)}`;
      case 'finish':
        return 'finish';
      case 'panic':
        return `panic ${this.parts(action.parts)}`;
      case 'announce':
        return `event ${action.name}(${action.values.map((v) => `${v.field} = ${this.value(v.value)}`).join(', ')})`;
    }
  }

  private list(values: readonly Value[]): string {
    return values.map((value) => this.value(value)).join(', ');
  }

  private parts(parts: readonly TextPart[]): string {
    return parts.map((part) => (typeof part === 'string' ? JSON.stringify(part) : this.value(part))).join(' ');
  }
}

const width = (bits: number): string => (bits === 64 ? '' : `.${bits}`);
const distance = (to: Label, index: number): string => {
  const words = to.index - index;
  return `${words < 0 ? '' : '+'}${words}`;
};
