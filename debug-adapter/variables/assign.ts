/** Changing values by hand. It is an input of the run: in the past it begins another run, and the user is told so. */
import type { TfwType } from '../../language/index.ts';
import type { Frame, Input } from '../engine/engine.ts';
import { RequestError } from '../errors.ts';
import { hex } from '../format.ts';
import { look } from '../look.ts';
import { whyUnreadable } from '../memory/unreadable.ts';
import type { Exchange } from '../requests.ts';
import type { Session } from '../session.ts';
import { giveInputs } from '../stops/inputs.ts';
import { type Located, locate, wholeAt, withField } from './locate.ts';
import { typeName } from './spell.ts';
import { compileIn } from './typed.ts';

/** Stores what `value` says where `expression` is kept. */
export function assign(session: Session, exchange: Exchange, frame: Frame, expression: string, value: string): void {
  const { program } = session;
  const located = locate(program, frame, expression);
  const { type } = located;
  if (type.kind === 'struct' || type.kind === 'array') {
    throw new RequestError('expression', `${expression} is ${typeName(type)}: change what is in it.`);
  }
  giveInputs(session, exchange, [inputOf(session, frame, located, wantedValue(session, frame, type, value), expression)]);
}

function inputOf(session: Session, frame: Frame, located: Located, value: bigint, expression: string): Input {
  const { program } = session;
  const { target, field, space = 0 } = located;
  if (field && BigInt.asUintN(field.high - field.low + 1, value) !== value) {
    throw new RequestError('expression', `${hex(value)} does not fit ${expression}.`);
  }
  const whole = field ? withField(wholeAt(program, frame, located), field, value) : value;
  if (target.kind === 'memory') return { kind: 'memory', pa: target.pa, space, bytes: littleEndian(whole, target.size) };
  const { name, bits, writable } = program.architecture.registers[target.register];
  if (!frame.live)
    throw new RequestError('expression', `${name} is what it was when this context was left: firmware has kept it in memory.`);
  if (writable === 0) throw new RequestError('expression', `${name} cannot be written.`);
  if (BigInt.asUintN(bits, whole) !== whole) throw new RequestError('expression', `${hex(whole)} does not fit ${name}.`);
  return { kind: 'register', core: target.core, register: target.register, value: whole };
}

function littleEndian(value: bigint, size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
}

/** What people write for a value: an expression, the name of an enum's member, or a value as it is shown. */
function wantedValue({ program }: Session, frame: Frame, type: TfwType, text: string): bigint {
  // `BUSY (7)` and `0x25 EC_DATA_ABORT_SAME` are how values are shown.
  const [, shown = text] = /^\s*(\S+)\s+(?:\([^()]*\)|[A-Z]\w*(?:\s+[A-Z]\w*)*)\s*$/.exec(text) ?? [];
  const plain = shown.trim();
  const member = type.kind === 'enum' && type.declaration.members.some(({ name }) => name === plain);
  const compiled = compileIn(program, frame, member && type.kind === 'enum' ? `${type.declaration.name}.${plain}` : plain);
  const seen = look(frame.eye, () => compiled.evaluate(frame.eye));
  if ('fault' in seen) throw new RequestError('expression', whyUnreadable(program, frame, seen.fault));
  const bits = 'bits' in type ? type.bits : 64;
  // What fits as a negative number fits as well.
  if (BigInt.asUintN(bits, seen.value) !== seen.value && BigInt.asUintN(64, BigInt.asIntN(bits, seen.value)) !== seen.value) {
    throw new RequestError('expression', `${hex(seen.value)} does not fit ${typeName(type)}.`);
  }
  return BigInt.asUintN(bits, seen.value);
}
