/** Where what an expression names is kept: in memory or in a register, whole or some bits of it. */
import type { CompiledExpression, TfwType } from '../../language/index.ts';
import { peekRegister } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import type { Frame, Target } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { hex } from '../format.ts';
import { look } from '../look.ts';
import { fieldsOf } from './fields.ts';
import { compileIn } from './typed.ts';

export interface BitField {
  /** Inclusive. */
  readonly high: number;
  readonly low: number;
}

export interface Located {
  readonly target: Exclude<Target, { readonly kind: 'tag' }>;
  /** Address space of what lies in memory. */
  readonly space?: number;
  /** Where it is some bits only. */
  readonly field?: BitField;
  readonly type: TfwType;
}

/** Throws where an expression names nothing that could be stored to. */
export function locate(debuggee: Debuggee, frame: Frame, expression: string): Located {
  const compiled = compileIn(debuggee, frame, expression);
  const whole = locateWhole(debuggee, frame, compiled);
  if (whole) return whole;
  const [, base, name] = /^(.*)\.(\w+)$/s.exec(expression.trim()) ?? [];
  const of = base === undefined ? undefined : compileIn(debuggee, frame, base);
  const container = of && locateWhole(debuggee, frame, of);
  const field = of && container && fieldOf(debuggee, frame, of, name);
  if (!field) {
    throw new RequestError('expression', `${expression} is nothing that could be written: name a variable, a register or an address.`);
  }
  return { ...container, field, type: compiled.type };
}

function locateWhole({ engine }: Debuggee, frame: Frame, compiled: CompiledExpression): Located | undefined {
  const { type, register } = compiled;
  if (register !== undefined) return { target: { kind: 'register', core: frame.core, register }, type };
  const { address } = compiled;
  if (!address) return undefined;
  const seen = look(frame.eye, () => address(frame.eye));
  if ('fault' in seen) throw new RequestError('address', 'Where it lies cannot be read here.');
  const place = engine.resolve(frame.registers, frame.core, seen.value);
  if (!place) throw new RequestError('address', `${hex(seen.value)} is not mapped here.`);
  return { target: { kind: 'memory', pa: place.pa, size: compiled.size }, space: place.space, type };
}

function fieldOf({ architecture }: Debuggee, frame: Frame, of: CompiledExpression, name: string): BitField | undefined {
  if (of.type.kind === 'bits') {
    const field = of.type.declaration.fields.find((candidate) => candidate.name === name);
    return field && { high: Number(field.high), low: Number(field.low ?? field.high) };
  }
  if (of.register === undefined) return undefined;
  const value = peekRegister(architecture, frame.registers.regs, of.register);
  return fieldsOf(architecture.registers[of.register], value).find((candidate) => candidate.name === name);
}

/** `whole` with other bits in a field. */
export function withField(whole: bigint, { high, low }: BitField, value: bigint): bigint {
  const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
  return (whole & ~mask) | ((value << BigInt(low)) & mask);
}

/** Bits of a field at their place. */
export function maskOf({ high, low }: BitField): bigint {
  return BigInt.asUintN(64, ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low));
}

/** What is there now, with all the bits around it. */
export function wholeAt({ engine }: Debuggee, frame: Frame, { target, space = 0 }: Located): bigint {
  if (target.kind === 'register') return frame.eye.read(target.register);
  return engine.machine.readAs(space, target.pa, Math.min(target.size, 8), true);
}
