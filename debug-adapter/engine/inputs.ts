/** The inputs of a run, in the order in which they were given, and what each does to the machine. */
import type { Machine } from '../../machine/index.ts';
import type { Input, InputAt } from './input.ts';

export class InputLog {
  private readonly list: InputAt[];

  constructor(inputs: readonly InputAt[] = []) {
    this.list = [...inputs];
  }

  get all(): readonly InputAt[] {
    return this.list;
  }

  /** Step of input number `index`; infinite if there is none. */
  stepOf(index: number): number {
    return index < this.list.length ? this.list[index].step : Number.POSITIVE_INFINITY;
  }

  /** Steps never decrease: who gives an input in the past of others forks first. */
  push(step: number, input: Input): void {
    this.list.push({ step, input });
  }

  /** A log of its own with the first `count` inputs. */
  fork(count: number): InputLog {
    return new InputLog(this.list.slice(0, count));
  }
}

/** The core that alone steps after these inputs, if one does. */
export function heldCore(inputs: readonly InputAt[]): number | undefined {
  const last = inputs.findLast(({ input }) => input.kind === 'only')?.input;
  return last?.kind === 'only' ? last.core : undefined;
}

/** Does to the machine what an input says. */
export function give(machine: Machine, input: Input): void {
  (GIVE[input.kind] as (machine: Machine, input: Input) => void)(machine, input);
}

const GIVE: { readonly [K in Input['kind']]: (machine: Machine, input: Extract<Input, { kind: K }>) => void } = {
  register: ({ cores }, { core, register, value }) => cores[core].write(register, value),
  memory(machine, { pa, space, bytes }) {
    for (let at = 0; at < bytes.length; ) {
      const size = chunk(pa + at, bytes.length - at);
      let value = 0n;
      for (let i = size - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[at + i]);
      machine.writeAs(space, pa + at, size, value);
      at += size;
    }
  },
  pc: ({ cores }, { core, value }) => cores[core].jump(value),
  next: (machine, { core }) => machine.choose(core),
  only: (machine, { core }) => machine.hold(core),
};

/** The largest aligned access that begins at `pa` and covers no more than `left` bytes. */
function chunk(pa: number, left: number): number {
  for (const size of [8, 4, 2]) if (pa % size === 0 && size <= left) return size;
  return 1;
}

/** Bytes of memory and registers that inputs changed by hand. */
export interface Edit {
  readonly cells: readonly { readonly pa: number; readonly size: number }[];
  readonly registers: readonly { readonly core: number; readonly register: number }[];
}

export function editOf(machine: Machine, inputs: readonly Input[]): Edit {
  const rows = machine.architecture.registers;
  return {
    cells: inputs.flatMap((input) => (input.kind === 'memory' ? [{ pa: input.pa, size: input.bytes.length }] : [])),
    registers: inputs.flatMap((input) => {
      if (input.kind !== 'register') return [];
      const { alias } = rows[input.register];
      const register = alias ? rows.findIndex(({ name }) => name === alias.of) : input.register;
      return [{ core: input.core, register }];
    }),
  };
}
