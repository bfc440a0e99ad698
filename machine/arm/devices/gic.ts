/**
 * A GICv3 with two Security states: which interrupt each core is offered, on which line, and what acknowledging and ending
 * it does. Registers in memory are in `gic-mmio.ts`, system registers in `registers/gic.ts`, virtual interrupts in
 * `gic-virtual.ts`. GICv3 and GICv4 architecture specification IHI 0069H.b, 4 (physical interrupt handling).
 */
import type { Core } from '../../core/core.ts';
import type { Machine } from '../../core/machine.ts';
import type { ArmCore } from '../core.ts';
import { R } from '../registers/index.ts';
import { FIQ, HCR_FMO, HCR_IMO, type InterruptSource, IRQ } from '../signals.ts';
import { ROOT_EL3, WORLD_OF_STATE } from '../states.ts';
import { SECURE } from '../worlds.ts';
import { CpuInterface, CTLR_EOIMODE } from './gic-cpu.ts';
import { VirtualInterface } from './gic-virtual.ts';
import { GROUP_0, GROUP_1NS, GROUP_1S, GROUP_NAMES, INTIDS, Interrupts, PRIVATE, SPECIAL, SPURIOUS } from './interrupts.ts';
import { Unmapped } from './mmio.ts';

/** What acknowledging INTID 0 register at EL3 gives for interrupts of the other two groups. IHI 0069H.b, 2.2.1. */
const FOR_SECURE_EL1 = 1020;
const FOR_NON_SECURE = 1021;
const BY_GROUP = [SPURIOUS, FOR_SECURE_EL1, FOR_NON_SECURE];

/** Bit 2 of SCR_EL3: FIQ is taken to EL3, so that Non-secure software has no business with group 0. */
const SCR_FIQ = 4n;
const UNAFFECTED = 256;

/** What a power controller does when the GIC has an interrupt for a core that is off. */
interface Waker {
  wake(core: Core): void;
}

export class Gic extends Unmapped implements InterruptSource {
  readonly id = 'gic';
  readonly name = 'GIC';
  readonly interrupts: Interrupts;
  readonly cpus: readonly CpuInterface[];
  readonly virtual: VirtualInterface;
  /** GICD_CTLR: whether each group is forwarded to the cores. */
  readonly forwarded = new Uint8Array(3);
  /** GICR_WAKER.ProcessorSleep by core: nothing is forwarded to a core that sleeps. */
  readonly asleep: Uint8Array;
  /** The interrupt each core is offered, `SPURIOUS` if none: the most urgent that is pending, enabled and not active. */
  private readonly best: Uint16Array;

  constructor(
    readonly machine: Machine,
    private readonly waker?: Waker,
  ) {
    super();
    const { cores } = machine;
    this.interrupts = new Interrupts(cores.length);
    this.cpus = cores.map(() => new CpuInterface());
    this.asleep = new Uint8Array(cores.length).fill(1);
    this.best = new Uint16Array(cores.length).fill(SPURIOUS);
    this.virtual = new VirtualInterface(this);
    for (const core of cores as readonly ArmCore[]) core.interruptSource = this;
  }

  // ------------------------------------------------------------------ interrupts arrive

  /** The line of a PPI, or of an SPI whichever core is named. Level-sensitive unless ICFGR says otherwise. */
  setLine(core: number, intid: number, asserted: boolean, source: string): void {
    const { interrupts } = this;
    const index = interrupts.index(core, intid);
    const level = asserted ? 1 : 0;
    if (interrupts.level[index] === level) return;
    const before = interrupts.pending(index);
    interrupts.level[index] = level;
    if (asserted && interrupts.edge[index] === 1) interrupts.latched[index] = 1;
    this.changed(index, before, source);
  }

  /** Software, or a pulse on an edge-triggered line, makes it pending. */
  pend(index: number, source: string): void {
    const before = this.interrupts.pending(index);
    this.interrupts.latched[index] = 1;
    this.changed(index, before, source);
  }

  /** A pulse on the line of an SPI. */
  pulse(intid: number, source: string): void {
    if (intid >= PRIVATE) this.pend(this.interrupts.index(0, intid), source);
  }

  unpend(index: number): void {
    this.interrupts.latched[index] = 0;
    this.refreshTarget(index);
  }

  private changed(index: number, before: boolean, source: string): void {
    const { interrupts, machine } = this;
    if (!before && interrupts.pending(index)) {
      const core = machine.cores[Math.max(0, interrupts.target(index))];
      core.emit({ kind: 'interrupt_pending', intid: interrupts.intid(index), group: GROUP_NAMES[interrupts.group(index)], source });
    }
    this.refreshTarget(index);
  }

  // ------------------------------------------------------------------ what each core is offered

  refreshTarget(index: number): void {
    const target = this.interrupts.target(index);
    if (target >= 0) this.refresh(target);
  }

  refreshAll(): void {
    for (const core of this.machine.cores) this.refresh(core.id);
  }

  /** Looks for the most urgent interrupt of a core again, and drives its lines. */
  refresh(id: number): void {
    const found = this.mostUrgent(id);
    const core = this.machine.cores[id] as ArmCore;
    this.best[id] = this.asleep[id] === 1 ? SPURIOUS : found;
    core.refreshSignals();
    if (found !== SPURIOUS && core.status === 'off') this.waker?.wake(core);
  }

  private mostUrgent(id: number): number {
    const { interrupts } = this;
    let best = SPURIOUS;
    let urgency = UNAFFECTED;
    const consider = (index: number) => {
      if (interrupts.priority[index] >= urgency || !this.offered(index, id)) return;
      urgency = interrupts.priority[index];
      best = interrupts.intid(index);
    };
    for (let index = id * PRIVATE; index < (id + 1) * PRIVATE; index++) consider(index);
    for (let index = interrupts.firstShared; index < interrupts.count; index++) if (interrupts.target(index) === id) consider(index);
    return best;
  }

  private offered(index: number, id: number): boolean {
    const { interrupts } = this;
    if (interrupts.enabled[index] === 0 || interrupts.active[index] === 1 || !interrupts.pending(index)) return false;
    const group = interrupts.group(index);
    return this.forwarded[group] === 1 && this.cpus[id].groupEnabled(group);
  }

  /** Whether the most urgent interrupt passes the priority mask and preempts what is active. 4.8.3. */
  private signalled(id: number): boolean {
    const intid = this.best[id];
    if (intid === SPURIOUS) return false;
    const index = this.interrupts.index(id, intid);
    const priority = this.interrupts.priority[index];
    const cpu = this.cpus[id];
    return priority < cpu.pmr && cpu.groupPriority(this.interrupts.group(index), priority) < cpu.running;
  }

  lines(core: ArmCore): number {
    const virtual = this.virtual.lines[core.id];
    return this.signalled(core.id) ? virtual | this.lineOf(core) : virtual;
  }

  /** IRQ or FIQ by the group of the interrupt and the Security state of the core. 4.6.2. */
  private lineOf(core: ArmCore): number {
    const group = this.bestGroup(core.id);
    if (group === GROUP_0 || core.state === ROOT_EL3) return FIQ;
    return (WORLD_OF_STATE[core.state] === SECURE) === (group === GROUP_1S) ? IRQ : FIQ;
  }

  private bestGroup(id: number): number {
    return this.interrupts.group(this.interrupts.index(id, this.best[id]));
  }

  // ------------------------------------------------------------------ acknowledge and end

  /** Whether a core uses the Secure bank of registers: at EL3 the one that SCR_EL3 selects. 4.6. */
  isSecure(core: ArmCore): boolean {
    return core.state === ROOT_EL3 ? core.nseNs === 0 : WORLD_OF_STATE[core.state] === SECURE;
  }

  /** Group 1 of the current Security state. */
  group1(core: ArmCore): number {
    return this.isSecure(core) ? GROUP_1S : GROUP_1NS;
  }

  /** Whether EL1 sees the virtual CPU interface for group 0, or group 1. HCR_EL2.{FMO, IMO}. */
  isVirtual(core: ArmCore, register: 0 | 1): boolean {
    return core.el === 1 && (core.hcr & (register === 0 ? HCR_FMO : HCR_IMO)) !== 0;
  }

  /** Whether the registers that serve both groups are virtual. */
  isVirtualCommon(core: ArmCore): boolean {
    return core.el === 1 && (core.hcr & (HCR_FMO | HCR_IMO)) !== 0;
  }

  /** Whether priorities are shown as Non-secure software without group 0 sees them. 4.8.1. */
  hasNonSecureView(core: ArmCore): boolean {
    return core.state !== ROOT_EL3 && !this.isSecure(core) && (core.regs[R.SCR_EL3] & SCR_FIQ) !== 0n;
  }

  /** ICC_HPPIR0_EL1 and ICC_HPPIR1_EL1: what is most urgent, as the current state may know it. */
  highestPending(core: ArmCore, register: 0 | 1): number {
    const intid = this.best[core.id];
    if (intid === SPURIOUS) return SPURIOUS;
    const group = this.bestGroup(core.id);
    if (register === 1) return group === this.group1(core) ? intid : SPURIOUS;
    if (group === GROUP_0) return core.state === ROOT_EL3 || this.isSecure(core) ? intid : SPURIOUS;
    return core.state === ROOT_EL3 ? BY_GROUP[group] : SPURIOUS;
  }

  /** ICC_IAR0_EL1 and ICC_IAR1_EL1: the same, if it is urgent enough to be signalled. Reading alone changes nothing. */
  acknowledgeable(core: ArmCore, register: 0 | 1): number {
    return this.signalled(core.id) ? this.highestPending(core, register) : SPURIOUS;
  }

  /** The interrupt that a read of IAR gave becomes active. */
  acknowledge(core: ArmCore, intid: number): void {
    if (intid >= SPECIAL) return;
    const { interrupts } = this;
    const index = interrupts.index(core.id, intid);
    interrupts.active[index] = 1;
    interrupts.latched[index] = 0;
    this.cpus[core.id].activate(interrupts.group(index), interrupts.priority[index]);
    this.refreshTarget(index);
    this.refresh(core.id);
  }

  /** ICC_EOIR0_EL1 and ICC_EOIR1_EL1: priority drop, and deactivation unless EOImode separates them. 4.8.3. */
  end(core: ArmCore, register: 0 | 1, intid: number): void {
    if (intid >= SPECIAL) return;
    const cpu = this.cpus[core.id];
    cpu.drop(register === 0 ? GROUP_0 : this.group1(core));
    if (!this.endsInTwoSteps(core)) this.deactivate(core, intid);
    this.refresh(core.id);
  }

  endsInTwoSteps(core: ArmCore): boolean {
    const cpu = this.cpus[core.id];
    return core.state === ROOT_EL3 ? cpu.eoiModeEl3 : (cpu.control(this.isSecure(core)) & CTLR_EOIMODE) !== 0;
  }

  /** ICC_DIR_EL1. Non-secure software cannot deactivate interrupts of the Secure groups. */
  deactivate(core: ArmCore, intid: number): void {
    if (intid >= INTIDS) return;
    const index = this.interrupts.index(core.id, intid);
    if (this.interrupts.group(index) === GROUP_1NS || this.mayUseSecure(core)) this.setActive(index, false);
  }

  /** The interrupt that a virtual one stands for ends with it: ICH_LR.HW. */
  deactivatePhysical(core: ArmCore, intid: number): void {
    if (intid >= INTIDS) return;
    const index = this.interrupts.index(core.id, intid);
    if (this.interrupts.group(index) === GROUP_1NS) this.setActive(index, false);
  }

  setActive(index: number, active: boolean): void {
    this.interrupts.active[index] = active ? 1 : 0;
    this.refreshTarget(index);
  }

  private mayUseSecure(core: ArmCore): boolean {
    return core.state === ROOT_EL3 || this.isSecure(core);
  }

  /**
   * Sends an SGI to one core, if its SGI of that number is of the group that the writer asked for. A Secure group 1 request
   * also makes a group 0 SGI pending; Non-secure software reaches Non-secure group 1 only. IHI 0069H.b, 12.1.10.
   */
  sendSgi(from: ArmCore, to: number, intid: number, group: number): void {
    const index = this.interrupts.index(to, intid);
    const configured = this.interrupts.group(index);
    const meant = configured === group || (group === GROUP_1S && configured === GROUP_0);
    if (meant && (configured === GROUP_1NS || this.mayUseSecure(from))) this.pend(index, `core ${from.id}`);
  }

  // ------------------------------------------------------------------ as a device

  /** The CPU interface is part of the core; distributor and redistributor are not. */
  coreReset(core: Core): void {
    this.cpus[core.id].reset();
    this.virtual.refresh(core as ArmCore);
    this.refresh(core.id);
  }

  save(): unknown {
    const { interrupts, cpus, forwarded, asleep, best, virtual } = this;
    return {
      interrupts: interrupts.save(),
      cpus: cpus.map((cpu) => cpu.save()),
      forwarded: forwarded.slice(),
      asleep: asleep.slice(),
      best: best.slice(),
      virtual: virtual.lines.slice(),
    };
  }

  restore(state: unknown): void {
    const saved = state as { [K in 'forwarded' | 'asleep' | 'virtual']: Uint8Array } & {
      interrupts: unknown;
      cpus: unknown[];
      best: Uint16Array;
    };
    this.interrupts.restore(saved.interrupts);
    for (const [i, cpu] of this.cpus.entries()) cpu.restore(saved.cpus[i]);
    this.forwarded.set(saved.forwarded);
    this.asleep.set(saved.asleep);
    this.best.set(saved.best);
    this.virtual.lines.set(saved.virtual);
  }
}
