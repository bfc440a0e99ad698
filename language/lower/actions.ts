/**
 * Actions as closures over a core. The order within a word is fixed: all loads, then stores, then registers, SP and PC,
 * then the event. A word that faults sets `core.fault` and has changed nothing.
 */
import { type Architecture, type Core, registerIndex } from '../../machine/index.ts';
import { type Action, FRAME_HEADER, type Place, SUSPENSION, type TextPart } from './ir.ts';
import { type Evaluate, evaluator, tester } from './values.ts';

type Run = (core: Core) => void;

export function runner(architecture: Architecture, action: Action, index: number): Run {
  switch (action.do) {
    case 'set':
      return assignment(action.place, evaluator(action.value, index), index);
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
      return returning(action.value && evaluator(action.value, index));
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

function assignment(place: Place, value: Evaluate, index: number): Run {
  switch (place.to) {
    case 'local': {
      const { offset } = place;
      return (core) => {
        const v = value(core);
        if (core.fault === null && core.setLocal(offset, v)) core.next();
      };
    }
    case 'memory': {
      const address = evaluator(place.address, index);
      const { size } = place;
      return (core) => {
        const v = value(core);
        const at = address(core);
        if (core.fault !== null) return;
        core.store(at, size, v);
        if (core.commit()) core.next();
      };
    }
    case 'register': {
      const { register } = place;
      return (core) => {
        const v = value(core);
        if (core.fault !== null || !core.mayWrite(register)) return;
        core.next();
        core.write(register, v);
      };
    }
    case 'numbered': {
      const at = evaluator(place.index, index);
      const { registers } = place;
      return (core) => {
        const v = value(core);
        const register = registers[Number(at(core) & 31n)];
        if (core.fault !== null || (register !== undefined && !core.mayWrite(register))) return;
        core.next();
        if (register !== undefined) core.write(register, v);
      };
    }
    case 'field': {
      const { register, high, low } = place;
      const mask = ((1n << BigInt(high - low + 1)) - 1n) << BigInt(low);
      return (core) => {
        const v = value(core);
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
  const args = action.args.map((arg) => evaluator(arg, index));
  const size = BigInt(action.callee.frameSize);
  const words = action.callee.entry.index - index;
  const result = action.result === undefined ? undefined : BigInt(action.result);
  const values: bigint[] = new Array(args.length);
  return (core) => {
    const caller = core.sp;
    const frame = BigInt.asUintN(64, caller - size);
    for (let i = 0; i < args.length; i++) values[i] = args[i](core);
    if (core.fault !== null) return;
    core.storeFrame(frame, BigInt.asUintN(64, core.pc + 4n));
    core.storeFrame(frame + 8n, caller);
    core.storeFrame(frame + 16n, result === undefined ? 0n : caller + result);
    for (let i = 0; i < args.length; i++) core.storeFrame(frame + BigInt(FRAME_HEADER + 8 * i), values[i]);
    if (!core.commit()) return;
    core.setSp(frame);
    core.branch(words);
  };
}

/** Returns to whatever the frame says, with the result where the frame says. */
function returning(value: Evaluate | undefined): Run {
  return (core) => {
    const result = value ? value(core) : 0n;
    const pc = core.local(0);
    const sp = core.local(8);
    const to = core.local(16);
    if (core.fault !== null) return;
    if (to !== 0n) core.storeFrame(to, result);
    if (!core.commit()) return;
    core.setSp(sp);
    core.jump(pc);
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

function instruction(architecture: Architecture, action: Extract<Action, { do: 'instruction' }>, index: number): Run {
  const row = architecture.instructions[action.row];
  const args = action.args.map((arg) => evaluator(arg, index));
  const pop = row.control === 'return' ? BigInt(action.pop()) : 0n;
  const { part } = action;
  const result = action.result === undefined ? undefined : BigInt(action.result);
  const fixed = (row.immediate === undefined ? 0 : 1) + row.operands.length;
  const registers = row.variadic?.slice(0, Math.max(0, args.length - fixed)).map((name) => registerIndex(architecture, name)) ?? [];
  return (core) => {
    const values: bigint[] = new Array(args.length);
    for (let i = 0; i < args.length; i++) values[i] = args[i](core);
    if (core.fault !== null) return;
    const before = registers.map((register) => core.peek(register));
    for (let i = 0; i < registers.length; i++) core.set(registers[i], values[fixed + i]);
    if (pop !== 0n) core.setSp(BigInt.asUintN(64, core.sp + pop));
    const produced = row.execute(core, values, part);
    if (core.fault !== null) {
      for (let i = 0; i < registers.length; i++) core.set(registers[i], before[i]);
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
