/**
 * Words that move exactly one general register: to or from memory, or a system register. Only they have a syndrome that
 * says what they moved (Arm ARM D24.2.40, ISV and SRT of a data abort, Rt of a trapped MSR or MRS).
 */
import type { Architecture, Transfer } from '../../machine/index.ts';
import type { Action, Value } from './ir.ts';

export function transferOf(architecture: Architecture, action: Action): Transfer | undefined {
  if (action.do !== 'set') return undefined;
  const { place, value } = action;
  const to = place.to === 'register' ? place.register : undefined;
  const into = place.to === 'numbered' ? constantIndex(place.index) : to === undefined ? undefined : numberOf(architecture, to);
  if (into !== undefined) return loaded(architecture, into, value);
  const from = moved(architecture, value, place.to === 'memory' ? 8 * place.size : 64);
  if (from === undefined) return undefined;
  if (place.to === 'memory') return { kind: 'store', register: from, size: place.size };
  if (place.to === 'local') return { kind: 'store', register: from, size: 8 };
  return to === undefined ? undefined : { kind: 'writeSystem', register: from, size: 8, system: to };
}

/** What goes into general register `register`. */
function loaded(architecture: Architecture, register: number, value: Value): Transfer | undefined {
  if (value.op === 'load') return { kind: 'load', register, size: value.size };
  if (value.op === 'local') return { kind: 'load', register, size: 8 };
  if (value.op !== 'register' || numberOf(architecture, value.register) !== undefined) return undefined;
  return { kind: 'readSystem', register, size: 8, system: value.register };
}

/** The general register that a value is; a narrower store needs no more of it than it stores. */
function moved(architecture: Architecture, value: Value, bits: number): number | undefined {
  if (value.op === 'wrap' && value.bits === bits) return moved(architecture, value.value, bits);
  if (value.op === 'numbered') return constantIndex(value.index);
  return value.op === 'register' ? numberOf(architecture, value.register) : undefined;
}

function numberOf({ numbered, registers }: Architecture, register: number): number | undefined {
  const index = numbered?.registers.indexOf(registers[register].name) ?? -1;
  return index < 0 ? undefined : index;
}

const constantIndex = (index: Value): number | undefined => (index.op === 'constant' ? Number(index.value & 31n) : undefined);
