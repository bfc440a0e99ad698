/**
 * Actions as closures over a core. The order within a word is fixed: all loads, then stores, then registers, SP and PC,
 * then the event. A word that faults sets `core.fault` and has changed nothing.
 */
import { type Architecture, type Core, carry, join, registerIndex, writeAligned } from '../../machine/index.ts';
import { computer, get, type Operand, operandOf, tester } from './halves.ts';
import { type Action, FRAME_HEADER, type Place, SUSPENSION, type TextPart } from './ir.ts';
import { type Evaluate, evaluator } from './values.ts';

type Run = (core: Core) => void;

export function runner(architecture: Architecture, action: Action, index: number): Run {
  switch (action.do) {
    case 'set':
      return assignment(action.place, operandOf(action.value, index), index);
    case 'jump': {
      const words = action.to.index - index;
      return (core) => core.branch(words);
    }
    case 'unless': {
      const condition = tester(action.condition, index);
      const words = action.to.index - index;
      return (core) => {
        const holds = condition(core);
        if (core.fault === null) core.branch(holds ? 1 : words);
      };
    }
    case 'call':
      return call(action, index);
    case 'return':
      return returning(action.value && operandOf(action.value, index));
    case 'suspend':
      return suspending(action, index);
    case 'resume':
      return resuming(evaluator(action.slot, index), evaluator(action.value, index));
    case 'instruction':
      return instruction(architecture, action, index);
    case 'enter':
    case 'leave': {
      const size = BigInt(action.size());
      return (core) => {
        core.setSp(BigInt.asUintN(64, action.do === 'enter' ? core.sp - size : core.sp + size));
        core.next();
      };
    }
    case 'expect':
      return expectation(action, index);
    case 'finish':
      return (core) => {
        core.next();
        core.status = 'finished';
        core.emit({ kind: 'finished', from: core.state });
      };
    case 'panic': {
      const message = text(action.parts, index);
      return (core) => {
        const said = message(core);
        if (core.fault !== null) return;
        core.next();
        core.status = 'halted';
        core.emit({ kind: 'panic', from: core.state, message: said });
      };
    }
    case 'announce': {
      const values = action.values.map((v) => ({ field: v.field, of: evaluator(v.value, index) }));
      return (core) => {
        const fields: Record<string, bigint> = {};
        for (const { field, of } of values) fields[field] = of(core);
        if (core.fault !== null) return;
        core.next();
        const shown = Object.entries(fields).map(([field, value]) => `${field} = ${hex(value)}`);
        core.emit({ kind: 'firmware', name: action.name, from: core.state, values: `(${shown.join(', ')})` }, fields);
      };
    }
  }
}

/** Where operands and frames are put together: one for all words, so that a word touches as little memory as it can. */
let scratch = new Int32Array(64);

function reserve(elements: number): void {
  if (elements > scratch.length) scratch = new Int32Array(2 * elements);
}

function evaluate(core: Core, args: readonly Operand[]): Int32Array {
  const operands = scratch;
  for (let i = 0; i < args.length; i++) {
    operands[2 * i] = get(core, args[i]);
    operands[2 * i + 1] = core.high;
  }
  return operands;
}

function assignment(place: Place, value: Operand, index: number): Run {
  switch (place.to) {
    case 'local': {
      const { offset } = place;
      return (core) => {
        const low = get(core, value);
        if (core.fault === null && core.setLowLocal(offset, low, core.high)) core.next();
      };
    }
    case 'memory': {
      const address = operandOf(place.address, index);
      const { size } = place;
      return (core) => {
        const low = get(core, value);
        const { high } = core;
        const at = get(core, address);
        if (core.fault !== null) return;
        const page = size === 8 ? core.openPage(at, core.high, 8) : null;
        if (page !== null) writeAligned(page, at & 0xfff, low, high);
        else {
          core.storeHalves(at, core.high, size, low, high);
          if (!core.commit()) return;
        }
        core.next();
      };
    }
    case 'register': {
      const { register } = place;
      return (core) => {
        const low = get(core, value);
        const { high } = core;
        if (core.fault !== null || !core.mayWrite(register)) return;
        core.next();
        core.lowWrite(register, low, high);
      };
    }
    case 'numbered': {
      const at = computer(place.index, index);
      const { registers } = place;
      return (core) => {
        const low = get(core, value);
        const { high } = core;
        const register = registers[at(core) & 31];
        if (core.fault !== null || (register !== undefined && !core.mayWrite(register))) return;
        core.next();
        if (register !== undefined) core.lowWrite(register, low, high);
      };
    }
    case 'field': {
      const { register, high, low } = place;
      const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
      return (core) => {
        const bits = get(core, value);
        const v = join(bits, core.high);
        const old = core.read(register);
        if (core.fault !== null || !core.mayWrite(register)) return;
        core.next();
        core.write(register, (old & ~mask) | ((v << BigInt(low)) & mask));
      };
    }
  }
}

/** Builds the callee's frame below SP: return PC, this SP, the address of the result, the arguments. */
function call(action: Extract<Action, { do: 'call' }>, index: number): Run {
  const args = action.args.map((arg) => operandOf(arg, index));
  const size = action.callee.frameSize;
  const words = action.callee.entry.index - index;
  const { result } = action;
  const length = FRAME_HEADER / 4 + 2 * args.length;
  reserve(length);
  return (core) => {
    /** What the frame begins with: the header, then the arguments, each in halves. */
    const frame = scratch;
    for (let i = 0, at = FRAME_HEADER / 4; i < args.length; i++, at += 2) {
      frame[at] = get(core, args[i]);
      frame[at + 1] = core.high;
    }
    if (core.fault !== null) return;
    const low = core.lowSp();
    const { high } = core;
    frame[2] = low;
    frame[3] = high;
    frame[4] = result === undefined ? 0 : low + result;
    frame[5] = result === undefined ? 0 : high + carry(frame[4], low);
    const pc = core.lowPc();
    frame[0] = pc + 4;
    frame[1] = core.high + carry(frame[0], pc);
    const sp = (low - size) | 0;
    const spHigh = (high - carry(low, size)) | 0;
    if (!core.fillBelow(size, frame, length) && !storeFrame(core, sp, spHigh, frame, length)) return;
    core.setLowSp(sp, spHigh);
    core.branch(words);
  };
}

/** The same where a slot may fault. */
function storeFrame(core: Core, low: number, high: number, frame: Int32Array, length: number): boolean {
  for (let i = 0; i < length; i += 2) {
    const at = (low + 4 * i) | 0;
    core.storeFrameHalves(at, (high + carry(at, low)) | 0, frame[i], frame[i + 1]);
  }
  return core.commit();
}

/** Returns to whatever the frame says, with the result where the frame says. */
function returning(value: Operand | undefined): Run {
  return (core) => {
    const result = value ? get(core, value) : 0;
    const resultHigh = core.high;
    const pc = core.lowLocal(0);
    const pcHigh = core.high;
    const sp = core.lowLocal(8);
    const spHigh = core.high;
    const to = core.lowLocal(16);
    const toHigh = core.high;
    if (core.fault !== null) return;
    if ((to | toHigh) !== 0) {
      const page = value ? core.openPage(to, toHigh, 8) : null;
      if (page !== null) writeAligned(page, to & 0xfff, result, resultHigh);
      else {
        core.storeFrameHalves(to, toHigh, value ? result : 0, value ? resultHigh : 0);
        if (!core.commit()) return;
      }
    }
    core.setLowSp(sp, spHigh);
    core.lowJump(pc, pcHigh);
  };
}

function suspending(action: Extract<Action, { do: 'suspend' }>, index: number): Run {
  const slot = evaluator(action.slot, index);
  const ahead = BigInt(4 * (action.to.index - index));
  const result = action.result === undefined ? undefined : BigInt(action.result);
  return (core) => {
    const at = slot(core);
    if (core.fault !== null) return;
    core.store(at + SUSPENSION.pc, 8, BigInt.asUintN(64, core.pc + ahead));
    core.store(at + SUSPENSION.sp, 8, core.sp);
    core.store(at + SUSPENSION.result, 8, result === undefined ? 0n : BigInt.asUintN(64, core.sp + result));
    if (core.commit()) core.next();
  };
}

/** Whatever frames stand on the stack that is left are abandoned. */
function resuming(slot: Evaluate, value: Evaluate): Run {
  return (core) => {
    const given = value(core);
    const at = slot(core);
    const pc = core.load(at + SUSPENSION.pc, 8);
    const sp = core.load(at + SUSPENSION.sp, 8);
    const result = core.load(at + SUSPENSION.result, 8);
    if (core.fault !== null) return;
    if (result !== 0n) core.storeFrame(result, given);
    if (!core.commit()) return;
    core.setSp(sp);
    core.jump(pc);
  };
}

type Instruction = Extract<Action, { do: 'instruction' }>;

function instruction(architecture: Architecture, action: Instruction, index: number): Run {
  const row = architecture.instructions[action.row];
  const { part } = action;
  const args = action.args.map((arg) => operandOf(arg, index));
  reserve(2 * args.length);
  const { act, execute } = row;
  if (execute === undefined) {
    if (act === undefined) throw new Error(`instruction ${row.name} does nothing`);
    return (core) => {
      const operands = evaluate(core, args);
      if (core.fault !== null) return;
      act(core, operands, part);
      if (core.fault === null) core.complete();
    };
  }
  const pop = row.control === 'return' ? BigInt(action.pop()) : 0n;
  const result = action.result === undefined ? undefined : BigInt(action.result);
  const fixed = (row.immediate === undefined ? 0 : 1) + row.operands.length;
  const registers = row.variadic?.slice(0, Math.max(0, args.length - fixed)).map((name) => registerIndex(architecture, name)) ?? [];
  const before = new Int32Array(2 * registers.length);
  // What goes into registers is no operand of the instruction.
  const passed = args.length - registers.length;
  return (core) => {
    const operands = evaluate(core, args);
    if (core.fault !== null) return;
    const values: bigint[] = [];
    for (let i = 0; i < passed; i++) values.push(join(operands[2 * i], operands[2 * i + 1]));
    for (let i = 0; i < registers.length; i++) {
      before[2 * i] = core.lowRead(registers[i]);
      before[2 * i + 1] = core.high;
      core.setHalves(registers[i], operands[2 * (fixed + i)], operands[2 * (fixed + i) + 1]);
    }
    if (pop !== 0n) core.setSp(BigInt.asUintN(64, core.sp + pop));
    const produced = execute(core, values, part);
    if (core.fault !== null) {
      for (let i = 0; i < registers.length; i++) core.setHalves(registers[i], before[2 * i], before[2 * i + 1]);
      return;
    }
    if (result !== undefined) core.storeFrame(BigInt.asUintN(64, core.sp + result), produced ?? 0n);
    core.complete();
  };
}

function expectation(action: Extract<Action, { do: 'expect' }>, index: number): Run {
  const condition = tester(action.condition, index);
  const sides = action.sides?.map((side) => evaluator(side, index));
  return (core) => {
    const holds = condition(core);
    if (core.fault !== null) return;
    if (holds) {
      core.next();
      return;
    }
    // Before PC moves on: statics are found relative to it.
    const [left, right] = sides?.map((side) => hex(side(core))) ?? [];
    core.next();
    core.status = 'halted';
    core.emit({
      kind: 'expectation_failed',
      from: core.state,
      text: sides ? `${action.text}: left is ${left}, right is ${right}` : action.text,
    });
  };
}

function text(parts: readonly TextPart[], index: number): (core: Core) => string {
  const pieces = parts.map((part) => (typeof part === 'string' ? part : evaluator(part, index)));
  return (core) => pieces.map((piece) => (typeof piece === 'string' ? piece : hex(piece(core)))).join('');
}

const hex = (value: bigint): string => (value < 10n ? value.toString() : `0x${value.toString(16)}`);
