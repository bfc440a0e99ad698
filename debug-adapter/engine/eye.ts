/** The debugger's eyes: registers and memory as a context sees them, without side effects and without TLBs. */
import type { Program, WordInfo } from '../../language/index.ts';
import { type Access, type Core, type Eye, type Fault, PAGE_SIZE, peekRegister, type RegisterView } from '../../machine/index.ts';

export interface Place {
  readonly pa: number;
  readonly space: number;
}

/** Refines a virtual address through the regime of `view`; the access as refined, or the fault. */
function look(core: Core, view: RegisterView, va: bigint, kind: 'read' | 'fetch', size: number): Access | Fault {
  const access: Access = { kind, purpose: 'debug', va, size, pa: 0, space: 0 };
  return core.translate(access, { core, view, tlb: false, peek: true }) ?? access;
}

const refused = (found: Access | Fault): found is Fault => !('pa' in found);

export function resolve(core: Core, view: RegisterView, va: bigint): Place | undefined {
  const found = look(core, view, va, 'read', 1);
  return refused(found) ? undefined : { pa: found.pa, space: found.space };
}

/** The word that a core with the registers of `view` would execute at `va`. */
export const wordAt = (core: Core, view: RegisterView, va: bigint): WordInfo | undefined => new Sight(core, view).wordAt(va);

/** What a context sees at one moment: while nothing moves, a page is translated once. */
export class Sight {
  private readonly fetched = new Map<bigint, Access | Fault>();
  private readonly read = new Map<bigint, Access | Fault>();

  constructor(
    readonly core: Core,
    readonly view: RegisterView,
  ) {}

  wordAt(va: bigint): WordInfo | undefined {
    if ((va & 3n) !== 0n) return undefined;
    const bytes = this.bytes(this.fetched, 'fetch', va, 4);
    return bytes === undefined ? undefined : (this.core.machine.dictionary.get(Number(bytes)) as WordInfo | undefined);
  }

  /** The aligned 8 bytes at `va`; undefined if they cannot be read. */
  slot(va: bigint): bigint | undefined {
    if ((va & 7n) === 0n) return this.bytes(this.read, 'read', va, 8);
    const eye = new DebugEye(this.core, this.view, 0n, va);
    const value = eye.local(0);
    return eye.fault === null ? value : undefined;
  }

  private bytes(known: Map<bigint, Access | Fault>, kind: 'read' | 'fetch', va: bigint, size: number): bigint | undefined {
    const number = va >> 12n;
    let page = known.get(number);
    if (page === undefined) {
      page = look(this.core, this.view, number << 12n, kind, size);
      known.set(number, page);
    }
    return refused(page) ? undefined : this.core.machine.readAs(page.space, page.pa + Number(va & 0xfffn), size, true);
  }
}

/** The words of a program's dictionary know where they come from. */
export const upcoming = (core: Core): WordInfo | null => core.upcoming() as WordInfo | null;

export class DebugEye implements Eye {
  fault: Fault | null = null;

  constructor(
    private readonly core: Core,
    private readonly view: RegisterView,
    private readonly at: bigint,
    private readonly frame: bigint,
  ) {}

  get pc(): bigint {
    return this.at;
  }

  get sp(): bigint {
    return this.frame;
  }

  load(va: bigint, size: number): bigint {
    const offset = Number(va & 0xfffn);
    if (offset + size > PAGE_SIZE) {
      let value = 0n;
      for (let i = 0; i < size && this.fault === null; i++) value |= this.load(BigInt.asUintN(64, va + BigInt(i)), 1) << BigInt(8 * i);
      return value;
    }
    const found = look(this.core, this.view, va, 'read', size);
    if (!refused(found)) return this.core.machine.readAs(found.space, found.pa, size, true);
    this.fault ??= found;
    return 0n;
  }

  local(offset: number): bigint {
    return this.load(BigInt.asUintN(64, this.sp + BigInt(offset)), 8);
  }

  read(register: number): bigint {
    return peekRegister(this.core.architecture, this.view.regs, register);
  }

  secret(secret: number, index: bigint): bigint {
    return this.core.secret(secret, index);
  }
}

/** What a running core sees whenever it is asked: for conditions, of which there may be millions a second. */
export class LiveEye extends DebugEye {
  constructor(private readonly of: Core) {
    super(of, of, 0n, 0n);
  }

  override get pc(): bigint {
    return this.of.pc;
  }

  override get sp(): bigint {
    return this.of.sp;
  }
}

/** Indices of the registers that identify a context in each privilege state. */
export interface StateRegisters {
  readonly stackPointer: number;
  readonly roots: readonly number[];
}

export function stateRegisters(program: Program): readonly StateRegisters[] {
  const { states, registers } = program.platform.architecture;
  const index = (name: string): number => {
    const found = registers.findIndex((row) => row.name === name);
    if (found < 0) throw new Error(`no register ${name}`);
    return found;
  };
  return states.map((state) => ({
    stackPointer: index(state.stackPointer),
    roots: state.translationRoots.map(index),
  }));
}
