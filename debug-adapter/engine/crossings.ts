/** Tells the ledger of crossings: what a context that was left looked like, and to whom an exception return went. */
import type { Program, WordInfo } from '../../language/index.ts';
import type { Core, Event, Machine } from '../../machine/index.ts';
import { type StateRegisters, stateRegisters, wordAt } from './eye.ts';
import { type Departure, type Extent, enter, type Ledger, leave, restart, settle, suspend } from './ledger.ts';
import { extentOf } from './unwind.ts';

type Crossing = Extract<Event, { kind: 'exception_entry' | 'exception_return' | 'core_power' }>;

/** A slot of a vector table belongs to its vector, but does not stand among its words. */
const startsVector = ({ fn, index }: WordInfo): boolean => fn.kind === 'vector' && (index <= fn.from || index >= fn.to);

/** How an exception return leaves its context, and whether that waits for being resumed. */
interface Left {
  readonly holds: boolean;
  readonly at: Pick<Departure, 'extent' | 'word' | 'at' | 'pc'>;
}

export class Crossings {
  private stack = 0;
  /** Whether the step takes an interrupt instead of executing its word. */
  interrupted = false;
  private pc = 0n;

  private readonly registers: readonly StateRegisters[];

  constructor(
    private readonly program: Program,
    private readonly machine: Machine,
  ) {
    this.registers = stateRegisters(program);
  }

  /** Steps done. */
  get position(): number {
    return this.machine.steps;
  }

  /** Notes what a step may take away. */
  before(core: Core, word: WordInfo | null): void {
    // Which register is SP may be over when its context has been left.
    this.stack = core.stackRegister;
    if (word !== null && word.role === 'exceptionReturn') this.pc = core.pc;
  }

  /** The ledger after the crossing that the step just done made. */
  follow(ledger: Ledger, core: Core, word: WordInfo | null, event: Event): Ledger {
    return HANDLERS[(event as Crossing).kind](this, ledger, core, word, event as never);
  }

  /** The ledger as it is at this very moment, `core` having perhaps gone on in a context that waits there. */
  settled(ledger: Ledger, core: Core): Ledger {
    if (!ledger.cores[core.id].chain.some((context) => context.departure?.view.state === core.state)) return ledger;
    const word = core.upcoming() as WordInfo | null;
    if (word === null || !word.framed) return ledger;
    const extent = extentOf({ core, view: core, word, pc: core.pc, sp: core.sp });
    return settle(ledger, core.id, core.state, this.roots(core, core.state), extent);
  }

  /**
   * A `suspend` notes its stack, which its block gives away; what a `resume` goes on with runs from there on, and once it has
   * given its stack up nothing would tell.
   */
  wait(ledger: Ledger, core: Core, { role }: WordInfo): Ledger {
    if (role === 'suspend') return suspend(ledger, core.id, core.sp);
    return role === 'resume' ? this.settled(ledger, core) : ledger;
  }

  roots(core: Core, state: number): readonly bigint[] {
    return this.registers[state].roots.map((register) => core.regs[register]);
  }

  entered(ledger: Ledger, core: Core, word: WordInfo | null, event: Extract<Event, { kind: 'exception_entry' }>): Ledger {
    const view = { state: event.from, regs: core.regs.slice() };
    const sp = core.regs[this.stack];
    // An instruction that calls leaves its context behind itself, a fault at itself: the return address tells.
    const at = word !== null && wordAt(core, view, event.elr) !== word ? event.elr - 4n : event.elr;
    return enter(ledger, core.id, {
      position: this.machine.steps,
      view,
      roots: this.roots(core, event.from),
      extent: extentOf({ core, view, word: word ?? undefined, pc: at, sp }),
      word: word ?? undefined,
      at,
      pc: event.elr,
      tried: at === event.elr && !this.interrupted,
      cause: `${event.cause} from ${this.name(event.from)}`,
    });
  }

  returned(ledger: Ledger, core: Core, word: WordInfo | null, event: Extract<Event, { kind: 'exception_return' }>): Ledger {
    const view = { state: event.from, regs: core.regs.slice() };
    const left = word?.suspension ? this.suspended(ledger, core, view, word) : this.popped(core, view, word);
    const departure: Departure = {
      position: this.machine.steps,
      view,
      roots: this.roots(core, event.from),
      tried: false,
      ...left.at,
      cause: `exception return from ${this.name(event.from)}`,
    };
    const pc = core.pc;
    const target = core.upcoming() as WordInfo | null;
    return leave(ledger, core.id, {
      departure,
      holds: left.holds,
      to: { state: core.state, roots: this.roots(core, core.state), sp: core.sp },
      pc,
      vector: target !== null && startsVector(target),
    });
  }

  private popped(core: Core, view: { state: number; regs: BigUint64Array }, word: WordInfo | null): Left {
    const extent = this.leftStack(core, view, word, core.regs[this.stack]);
    return { holds: word?.framed === true && word.fn.kind === 'fn', at: { extent, word: word ?? undefined, at: this.pc, pc: this.pc } };
  }

  /**
   * A `suspend` waits where it began, with the stack that it had there: its block may have switched to another before it
   * left.
   */
  private suspended(ledger: Ledger, core: Core, view: { state: number; regs: BigUint64Array }, left: WordInfo): Left {
    const { word: first, resume } = left.suspension as NonNullable<WordInfo['suspension']>;
    const image = this.program.images.find(({ image: { name } }) => name === left.image)?.image;
    const word = image?.words[first];
    const at = this.pc - 4n * BigInt(left.index - first);
    const sp = ledger.cores[core.id].suspending ?? core.regs[this.stack];
    const extent = extentOf({ core, view, word, pc: at, sp });
    return { holds: word?.framed === true, at: { extent, word, at, pc: this.pc + 4n * BigInt(resume - left.index) } };
  }

  /** What a return leaves of its stack: all of it from within a function, else just what its own frame was. */
  private leftStack(core: Core, view: { state: number; regs: BigUint64Array }, word: WordInfo | null, sp: bigint): Extent {
    if (word === null || !word.framed) return { sp, top: sp, base: word?.fn };
    if (word.fn.kind === 'fn') return extentOf({ core, view, word, pc: this.pc, sp });
    return { sp: sp - BigInt(word.fn.frameSize), top: sp, base: word.fn };
  }

  private name(state: number): string {
    return this.machine.architecture.states[state].name;
  }
}

const HANDLERS: {
  readonly [K in Crossing['kind']]: (
    crossings: Crossings,
    ledger: Ledger,
    core: Core,
    word: WordInfo | null,
    event: Extract<Event, { kind: K }>,
  ) => Ledger;
} = {
  exception_entry: (crossings, ...rest) => crossings.entered(...rest),
  exception_return: (crossings, ...rest) => crossings.returned(...rest),
  core_power: (crossings, ledger, _core, _word, { target, on }) => (on ? restart(ledger, target, crossings.position) : ledger),
};
