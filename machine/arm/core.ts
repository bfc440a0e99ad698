/**
 * An Armv9 PE with FEAT_RME: EL3 in Root state, EL2 to EL0 of the other three worlds, and how it goes from one to another.
 * Arm ARM DDI0487 M.a.a, D1.3 (exception entry), D1.4 (exception return, reset), D9.1 (Security states).
 */
import type { Access, Fault, RegisterView, Stage } from '../core/access.ts';
import type { Machine } from '../core/machine.ts';
import { plainRegisters } from '../core/registers.ts';
import type { Word } from '../core/word.ts';
import { bus } from './bus.ts';
import { Contexts, concerns } from './contexts.ts';
import { type Exception, exceptionOf, faultEvent, faultSentence } from './exceptions.ts';
import { type ArmFault, abort, type UndefinedFault } from './fault.ts';
import { granuleProtectionCheck } from './gpc.ts';
import { InterruptibleCore, type InterruptState } from './interruptible.ts';
import { R, READ_ONLY_BITS, REGISTERS } from './registers/index.ts';
import { ROOT_EL3, stateAt, WORLD_OF_NSE_NS, WORLD_OF_STATE } from './states.ts';
import { Tlb, type TlbSnapshot } from './tlb.ts';
import { addressTranslation } from './translation.ts';
import { TRAPPED, trapOf } from './traps.ts';
import { OFFSET_LOWER, OFFSET_SAME_EL, OFFSET_SP0, vectorName } from './vectors.ts';
import { ROOT } from './worlds.ts';

/** Bits of PSTATE and SPSR, all in the low half. C5.2, SPSR_EL3. */
const NZCV = 0xf000_0000;
const IL = 1 << 20;
const DAIF = 0x3c0;
const MODE = 0x1f;
/** Vector bases are multiples of 2 KB; bits [10:0] of VBAR are RES0. */
const VECTOR_BASE = ~0x7ffn;

/** Registers of each level that exception entry and return use, by number of the level. */
const BANKS = [
  undefined,
  { elr: R.ELR_EL1, spsr: R.SPSR_EL1, esr: R.ESR_EL1, far: R.FAR_EL1, vbar: R.VBAR_EL1, sp: R.SP_EL1 },
  { elr: R.ELR_EL2, spsr: R.SPSR_EL2, esr: R.ESR_EL2, far: R.FAR_EL2, vbar: R.VBAR_EL2, sp: R.SP_EL2 },
  { elr: R.ELR_EL3, spsr: R.SPSR_EL3, esr: R.ESR_EL3, far: R.FAR_EL3, vbar: R.VBAR_EL3, sp: R.SP_EL3 },
] as const;

/** What controls each level; EL0 is under EL1's. */
const SCTLR = [R.SCTLR_EL1, R.SCTLR_EL1, R.SCTLR_EL2, R.SCTLR_EL3];

const PLAIN = plainRegisters(REGISTERS, {
  checked: (register) => TRAPPED[register],
  readOnly: (register) => READ_ONLY_BITS[register],
});

interface Extra {
  readonly tlb: TlbSnapshot;
  readonly previousWorld: number;
  readonly interrupts: InterruptState;
}

export class ArmCore extends InterruptibleCore {
  readonly stages: readonly Stage[] = [addressTranslation, granuleProtectionCheck, bus];
  readonly tlb = new Tlb();
  /** World other than Root that ran here last, -1 before the first. */
  private previousWorld = -1;
  private illegal = false;
  private readonly contexts = new Contexts();

  constructor(machine: Machine, id: number) {
    super(machine, id, PLAIN);
    this.reset();
  }

  /** Cold and warm reset alike; what a manual leaves UNKNOWN is zero. D1.4, AArch64.TakeReset(). */
  override reset(): void {
    for (const [index, row] of REGISTERS.entries()) this.set(index, row.reset ?? 0n);
    this.regs[R.MPIDR_EL1] |= BigInt(this.id);
    this.regs[R.VMPIDR_EL2] = this.regs[R.MPIDR_EL1];
    this.regs[R.VPIDR_EL2] = this.regs[R.MIDR_EL1];
    this.regs[R.RVBAR_EL3] = this.machine.options.reset;
    this.tlb.restore(new Tlb().save());
    this.previousWorld = -1;
    this.clearReservation();
    this.illegal = false;
    this.resetInterrupts();
    this.state = ROOT_EL3;
    this.status = 'running';
    this.contexts.forget();
    this.enterContext();
    this.refreshSignals();
    this.jump(this.machine.options.reset);
  }

  /** Chooses the stack pointer by PSTATE.{EL, SP}. C5.2, SPSel. */
  private selectStack(): void {
    const bank = BANKS[this.el];
    this.stackRegister = (this.pstate & 1) === 0 || bank === undefined ? R.SP_EL0 : bank.sp;
    this.moveFrame();
  }

  // ------------------------------------------------------------------ context: state, bank of SP, translation

  private enterContext(): void {
    this.useCache(this.contexts.enter(this.state, this.halves));
    this.selectStack();
  }

  protected contextChanged(register: number): void {
    if (register === R.SPSel) this.selectStack();
    else if (register === R.PSTATE) this.pstateEdited();
    else if (concerns(register, this.state)) this.enterContext();
    if (register === R.HCR_EL2 || register === R.SCR_EL3) this.refreshSignals();
    if (register === R.HCR_EL2 && this.el === 2 && this.hostsAtEl2()) this.absent('HCR_EL2.E2H');
  }

  /** Only the debugger stores to PSTATE as a whole. */
  private pstateEdited(): void {
    const { pstate } = this;
    const world = WORLD_OF_NSE_NS[this.nseNs];
    this.illegal = (pstate & IL) !== 0;
    if (world >= 0) this.state = stateAt((pstate >>> 2) & 3, world);
    this.enterContext();
    this.refreshSignals();
  }

  /** HCR_EL2.E2H: another layout of TCR_EL2 and a second half of the address space, neither of which is modelled. */
  hostsAtEl2(): boolean {
    return (this.halves[2 * R.HCR_EL2 + 1] & (1 << 2)) !== 0;
  }

  /** EL1 of the same world with stage 1 off: then every address is an intermediate one. D8.2.1. */
  override intermediate({ state, regs }: RegisterView): RegisterView | undefined {
    const world = WORLD_OF_STATE[state];
    if (world === ROOT) return undefined;
    const flat = regs.slice();
    flat[R.SCTLR_EL1] &= ~1n;
    return { state: stateAt(1, world), regs: flat };
  }

  protected override writeFurther(register: number, value: bigint): void {
    const keep = READ_ONLY_BITS[register];
    super.writeFurther(register, keep === 0n ? value : (value & ~keep) | (this.regs[register] & keep));
  }

  // ------------------------------------------------------------------ registers

  protected override readFurther(register: number): bigint {
    return this.isTrapped(register, false) ? 0n : super.readFurther(register);
  }

  protected override mayWriteFurther(register: number): boolean {
    return !this.isTrapped(register, true) && super.mayWriteFurther(register);
  }

  private isTrapped(register: number, write: boolean): boolean {
    if (((TRAPPED[register] >>> this.state) & 1) === 0) return false;
    const trap = trapOf(this, REGISTERS[register].name, write);
    this.fault ??= trap ?? null;
    return trap !== undefined;
  }

  /** MIDR_EL1 and MPIDR_EL1 as this level reads them. */
  identity(register: 'MIDR_EL1' | 'MPIDR_EL1'): bigint {
    const virtual = register === 'MIDR_EL1' ? R.VPIDR_EL2 : R.VMPIDR_EL2;
    return this.regs[this.el < 2 && this.el2Enabled ? virtual : R[register]];
  }

  // ------------------------------------------------------------------ faults

  protected override fetch(): Word | null {
    const word = super.fetch();
    // Illegal Execution state is found when the word is decoded: after a fault of its fetch, before its being undefined. D1.4.
    if (this.illegal && (word !== null || this.fault?.kind === 'undefined')) {
      this.fault = { kind: 'illegalState' } satisfies ArmFault;
      return null;
    }
    return word;
  }

  protected misalignedPc(access: Access): Fault {
    return { kind: 'pcAlignment', access } satisfies ArmFault;
  }

  undefinedFault(problem: string, word = 0): UndefinedFault {
    return { kind: 'undefined', problem, word };
  }

  protected faultSentence(fault: Fault): string {
    return faultSentence(fault as ArmFault);
  }

  /** SCTLR_ELx.A checks the alignment of data accesses. D8.4, "Alignment of data accesses". */
  protected override unaligned(access: Access): Fault | null {
    return this.control(1) ? abort(access, 'alignment') : null;
  }

  /** SCTLR_ELx.SA, at EL0 SCTLR_EL1.SA0, checks the alignment of SP where it is the base of an access. D1.3, "Stack pointer alignment checking". */
  protected override unalignedStack(access: Access): Fault | null {
    return this.control(this.el === 0 ? 4 : 3) ? ({ kind: 'spAlignment', access } satisfies ArmFault) : null;
  }

  private control(at: number): boolean {
    return ((this.halves[2 * SCTLR[this.el]] >>> at) & 1) === 1;
  }

  protected take(fault: Fault, word: Word | null): void {
    const cause = fault as ArmFault;
    const exception = exceptionOf(cause, this, word?.transfer);
    const event = faultEvent(cause, this.state, this.pc);
    if (event) this.emit(event);
    const { target } = this.vectorOf(exception);
    // The vector faults at its own address and nothing has changed since it was reached: it would do so for ever.
    if (exception.target === this.el && target === this.pc && cause.kind !== 'illegalState') {
      this.emit({ kind: 'unhandled_fault', from: this.state, vector: target, problem: faultSentence(cause) });
      this.status = 'halted';
      return;
    }
    this.jump(this.enter(exception, this.pc));
  }

  // ------------------------------------------------------------------ exception entry and return

  private vectorOf(exception: Exception): { readonly target: bigint; readonly offset: number } {
    const same = (this.pstate & 1) === 0 ? OFFSET_SP0 : OFFSET_SAME_EL;
    const offset = exception.offset + (exception.target > this.el ? OFFSET_LOWER : same);
    const bank = BANKS[exception.target];
    if (bank === undefined) throw new Error(`no exception is taken to EL${exception.target}`);
    return { target: BigInt.asUintN(64, (this.regs[bank.vbar] & VECTOR_BASE) + BigInt(offset)), offset };
  }

  /** Takes an exception that an instruction makes by itself; execution goes on at the vector. */
  raise(exception: Exception, returnAddress: bigint): void {
    this.redirect(this.enter(exception, returnAddress));
  }

  protected interrupt(exception: Exception): void {
    this.jump(this.enter(exception, this.pc));
  }

  /** Exception entry; returns the address of the vector. D1.3, AArch64.TakeException(). */
  private enter(exception: Exception, returnAddress: bigint): bigint {
    const from = this.state;
    const { target, offset } = this.vectorOf(exception);
    const bank = BANKS[exception.target];
    if (bank === undefined) throw new Error(`no exception is taken to EL${exception.target}`);
    const { pstate } = this;
    this.set(bank.spsr, this.regs[R.PSTATE]);
    this.set(bank.elr, returnAddress);
    if (exception.syndrome !== undefined) this.set(bank.esr, exception.syndrome);
    if (exception.far !== undefined) this.set(bank.far, exception.far);
    if (exception.mfar !== undefined) this.set(R.MFAR_EL3, exception.mfar);
    if (exception.hpfar !== undefined) this.set(R.HPFAR_EL2, exception.hpfar);
    this.setPstate((pstate & NZCV) | DAIF | (exception.target << 2) | 1);
    this.changeState(this.stateAt(exception.target));
    const { cause, syndrome = 0n } = exception;
    this.emit({
      kind: 'exception_entry',
      from,
      to: this.state,
      vector: vectorName(offset),
      cause,
      syndrome,
      elr: returnAddress,
      target,
    });
    if (this.state !== from) this.emit({ kind: 'el_transition', from, to: this.state, cause });
    return target;
  }

  /** Exception return to a state that was found legal. D1.4, AArch64.ExceptionReturn(). */
  returnTo(state: number, pstate: number, target: bigint): void {
    const from = this.state;
    this.setPstate(pstate);
    this.sendEvent(); // D1.6.1: an exception return is an event
    this.clearReservation(); // B2.17.2: and clears the local monitor
    this.changeState(state);
    this.redirect(target);
    this.emit({ kind: 'exception_return', from, to: state, target });
    if (state !== from) this.emit({ kind: 'el_transition', from, to: state, cause: 'ERET' });
    const world = WORLD_OF_STATE[state];
    if (world === ROOT || world === this.previousWorld) return;
    const previous = this.previousWorld;
    this.previousWorld = world;
    if (previous >= 0) this.emit({ kind: 'world_switch', from: previous, to: world });
  }

  /** An illegal return leaves level and stack pointer alone, sets PSTATE.IL and goes to ELR all the same. D1.4. */
  returnIllegally(spsr: bigint, target: bigint, problem: string): void {
    this.emit({ kind: 'illegal_return', from: this.state, spsr, problem });
    const restored = Number(BigInt.asUintN(32, spsr)) & (NZCV | DAIF);
    this.setPstate(restored | IL | (this.pstate & MODE));
    this.sendEvent();
    this.redirect(target);
  }

  /** Stops rather than pretending: code asked for what the model does not have. */
  absent(feature: string): void {
    this.emit({ kind: 'absent', from: this.state, feature });
    this.status = 'halted';
  }

  private setPstate(pstate: number): void {
    this.halves[2 * R.PSTATE] = pstate;
    this.halves[2 * R.PSTATE + 1] = 0;
    this.written[R.PSTATE] = 1;
    this.illegal = (pstate & IL) !== 0;
  }

  private changeState(state: number): void {
    if (state === this.state) this.selectStack();
    else {
      this.state = state;
      this.enterContext();
      this.refreshSignals();
    }
  }

  // ------------------------------------------------------------------ snapshots

  protected saveExtra(): Extra {
    return { tlb: this.tlb.save(), previousWorld: this.previousWorld, interrupts: this.saveInterrupts() };
  }

  protected restoreExtra(extra: unknown): void {
    const { tlb, previousWorld, interrupts } = extra as Extra;
    this.tlb.restore(tlb);
    this.previousWorld = previousWorld;
    this.restoreInterrupts(interrupts);
    this.illegal = (this.pstate & IL) !== 0;
    this.enterContext();
  }
}
