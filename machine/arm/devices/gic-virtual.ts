/**
 * The virtual CPU interface: interrupts that a hypervisor lists for a virtual PE, and what its EL1 does with them. All of its
 * state is in the ICH registers. IHI 0069H.b, 5 (virtual interrupt handling), 12.4 (ICH registers).
 */
import { bit, bits, insert } from '../bits.ts';
import type { ArmCore } from '../core.ts';
import { R, type RegisterName } from '../registers/index.ts';
import { VFIQ, VIRQ } from '../signals.ts';
import type { Gic } from './gic.ts';
import { BPR_MIN, BPR_MIN_NS, groupPriority, highest } from './gic-cpu.ts';
import { PPI_MAINTENANCE, SPECIAL, SPURIOUS } from './interrupts.ts';

/** ICH_VTR_EL2.ListRegs + 1 of them. */
const LRS = [R.ICH_LR0_EL2, R.ICH_LR1_EL2, R.ICH_LR2_EL2, R.ICH_LR3_EL2];
/** Active priorities of virtual group 0 and 1. */
const ACTIVE = [R.ICH_AP0R0_EL2, R.ICH_AP1R0_EL2];

/** ICH_LR.State, bits [63:62]. */
const LR_INVALID = 0;
const LR_PENDING = 1;
const LR_ACTIVE = 2;
const LR_BOTH = 3;
const LR_HW = 61;
const LR_GROUP = 60;
/** With HW = 0: ending the interrupt asks for maintenance. */
const LR_EOI = 41;

const stateOf = (lr: bigint) => bits(lr, 63, 62);
const priorityOf = (lr: bigint) => bits(lr, 55, 48);
const groupOf = (lr: bigint) => (bit(lr, LR_GROUP) ? 1 : 0);
const vintid = (lr: bigint) => bits(lr, 31, 0);
const withState = (lr: bigint, state: number) => insert(lr, 63, 62, state);

/** ICH_VMCR_EL2. */
const VENG = [0, 1];
const VCBPR = 4;
const VEOIM = 9;
/** ICH_HCR_EL2. */
const EN = 0;
const EOI_COUNT_LOW = 27;

/** ICH_MISR_EL2, by bit: which condition asks for maintenance, if ICH_HCR_EL2 enables it. 12.4.7. */
const MISR = { EOI: 1, U: 2, LRENP: 4, NP: 8, VGrp0E: 16, VGrp0D: 32, VGrp1E: 64, VGrp1D: 128 } as const;

export class VirtualInterface {
  /** Lines driven to each core: VIRQ and VFIQ. */
  readonly lines: Uint8Array;

  constructor(private readonly gic: Gic) {
    this.lines = new Uint8Array(gic.machine.cores.length);
  }

  /** Looks at the ICH registers of a core again: its lines and its maintenance interrupt. */
  refresh(core: ArmCore): void {
    const best = this.signalled(core);
    this.lines[core.id] = best < 0 ? 0 : groupOf(core.regs[LRS[best]]) === 0 ? VFIQ : VIRQ;
    this.gic.setLine(core.id, PPI_MAINTENANCE, this.maintenance(core) !== 0 && this.enabled(core), 'virtual CPU interface');
    core.refreshSignals();
  }

  private enabled(core: ArmCore): boolean {
    return bit(core.regs[R.ICH_HCR_EL2], EN);
  }

  private groupEnabled(core: ArmCore, group: number): boolean {
    return bit(core.regs[R.ICH_VMCR_EL2], VENG[group]);
  }

  // ------------------------------------------------------------------ what is most urgent

  /** List register of the most urgent pending interrupt whose group is enabled, -1 if there is none. */
  private mostUrgent(core: ArmCore): number {
    if (!this.enabled(core)) return -1;
    let best = -1;
    let urgency = 256;
    for (const [i, register] of LRS.entries()) {
      const lr = core.regs[register];
      if (stateOf(lr) !== LR_PENDING || priorityOf(lr) >= urgency || !this.groupEnabled(core, groupOf(lr))) continue;
      urgency = priorityOf(lr);
      best = i;
    }
    return best;
  }

  private groupPriority(core: ArmCore, group: number, priority: number): number {
    const vmcr = core.regs[R.ICH_VMCR_EL2];
    if (group === 0 || bit(vmcr, VCBPR)) return groupPriority(priority, Math.max(BPR_MIN, bits(vmcr, 23, 21)));
    return groupPriority(priority, Math.max(BPR_MIN_NS, bits(vmcr, 20, 18)) - 1);
  }

  /** A field of ICH_VMCR_EL2, which ICV registers are views of. */
  control(core: ArmCore, high: number, low: number): number {
    return bits(core.regs[R.ICH_VMCR_EL2], high, low);
  }

  setControl(core: ArmCore, high: number, low: number, value: number): void {
    this.set(core, 'ICH_VMCR_EL2', insert(core.regs[R.ICH_VMCR_EL2], high, low, value));
  }

  /** Stores to one of its registers. */
  set(core: ArmCore, register: RegisterName, value: bigint): void {
    // World switches write what is there already.
    const changes = core.regs[R[register]] !== value;
    core.set(R[register], value);
    if (changes) this.refresh(core);
  }

  activePriorities(core: ArmCore, group: 0 | 1): number {
    return bits(core.regs[ACTIVE[group]], 31, 0);
  }

  /** ICV_RPR_EL1. */
  running(core: ArmCore): number {
    return highest(Number(BigInt.asIntN(32, core.regs[ACTIVE[0]] | core.regs[ACTIVE[1]])));
  }

  /** The same list register, if its priority passes the mask and preempts. */
  private signalled(core: ArmCore): number {
    const best = this.mostUrgent(core);
    if (best < 0) return -1;
    const lr = core.regs[LRS[best]];
    const priority = priorityOf(lr);
    const passes =
      priority < bits(core.regs[R.ICH_VMCR_EL2], 31, 24) && this.groupPriority(core, groupOf(lr), priority) < this.running(core);
    return passes ? best : -1;
  }

  /** ICV_HPPIR0_EL1 and ICV_HPPIR1_EL1. */
  highestPending(core: ArmCore, register: 0 | 1): number {
    return this.intidOf(core, this.mostUrgent(core), register);
  }

  /** ICV_IAR0_EL1 and ICV_IAR1_EL1; reading alone changes nothing. */
  acknowledgeable(core: ArmCore, register: 0 | 1): number {
    return this.intidOf(core, this.signalled(core), register);
  }

  private intidOf(core: ArmCore, best: number, register: number): number {
    if (best < 0) return SPURIOUS;
    const lr = core.regs[LRS[best]];
    return groupOf(lr) === register ? vintid(lr) : SPURIOUS;
  }

  // ------------------------------------------------------------------ acknowledge and end

  acknowledge(core: ArmCore, intid: number): void {
    const best = this.signalled(core);
    if (best < 0 || (intid >= SPECIAL && intid <= SPURIOUS)) return;
    const lr = core.regs[LRS[best]];
    const group = groupOf(lr);
    const preemption = this.groupPriority(core, group, priorityOf(lr)) >>> 3;
    core.set(ACTIVE[group], core.regs[ACTIVE[group]] | (1n << BigInt(preemption)));
    core.set(LRS[best], withState(lr, LR_ACTIVE));
    this.refresh(core);
  }

  /** ICV_EOIR0_EL1 and ICV_EOIR1_EL1: priority drop, and deactivation unless VEOIM separates them. */
  end(core: ArmCore, register: 0 | 1, intid: number): void {
    if (intid >= SPECIAL && intid <= SPURIOUS) return;
    const active = core.regs[ACTIVE[register]];
    const dropped = active !== 0n && highest(Number(BigInt.asIntN(32, active))) === this.running(core);
    if (dropped) core.set(ACTIVE[register], active & (active - 1n));
    if (!bit(core.regs[R.ICH_VMCR_EL2], VEOIM)) this.deactivate(core, intid, dropped);
    this.refresh(core);
  }

  /** ICV_DIR_EL1; without a matching list register the end is counted in ICH_HCR_EL2.EOIcount, for the hypervisor. */
  deactivate(core: ArmCore, intid: number, counts = true): void {
    const found = LRS.find((register) => vintid(core.regs[register]) === intid && stateOf(core.regs[register]) >= LR_ACTIVE);
    if (found === undefined) {
      const hcr = core.regs[R.ICH_HCR_EL2];
      if (counts) core.set(R.ICH_HCR_EL2, insert(hcr, 31, EOI_COUNT_LOW, bits(hcr, 31, EOI_COUNT_LOW) + 1));
    } else {
      const lr = core.regs[found];
      core.set(found, withState(lr, stateOf(lr) === LR_BOTH ? LR_PENDING : LR_INVALID));
      // A hardware interrupt is deactivated with its virtual one.
      if (bit(lr, LR_HW)) this.gic.deactivatePhysical(core, bits(lr, 44, 32));
    }
    this.refresh(core);
  }

  // ------------------------------------------------------------------ maintenance

  /** ICH_EISR_EL2: list registers that ended and ask for maintenance. */
  ended(core: ArmCore): number {
    return this.lists(core, (lr) => stateOf(lr) === LR_INVALID && !bit(lr, LR_HW) && bit(lr, LR_EOI));
  }

  /** ICH_ELRSR_EL2: list registers that are free. */
  free(core: ArmCore): number {
    return this.lists(core, (lr) => stateOf(lr) === LR_INVALID && (bit(lr, LR_HW) || !bit(lr, LR_EOI)));
  }

  private lists(core: ArmCore, matches: (lr: bigint) => boolean): number {
    return LRS.reduce((set, register, i) => (matches(core.regs[register]) ? set | (1 << i) : set), 0);
  }

  /** ICH_MISR_EL2. */
  maintenance(core: ArmCore): number {
    const hcr = bits(core.regs[R.ICH_HCR_EL2], 31, 0);
    if ((hcr & 1) === 0) return 0;
    const valid = this.lists(core, (lr) => stateOf(lr) !== LR_INVALID);
    const pending = this.lists(core, (lr) => stateOf(lr) === LR_PENDING);
    const enabled = (at: number, condition: boolean, status: number) => (((hcr >>> at) & 1) === 1 && condition ? status : 0);
    return (
      (this.ended(core) === 0 ? 0 : MISR.EOI) |
      enabled(1, (valid & (valid - 1)) === 0, MISR.U) |
      enabled(2, hcr >>> EOI_COUNT_LOW !== 0, MISR.LRENP) |
      enabled(3, pending === 0, MISR.NP) |
      enabled(4, this.groupEnabled(core, 0), MISR.VGrp0E) |
      enabled(5, !this.groupEnabled(core, 0), MISR.VGrp0D) |
      enabled(6, this.groupEnabled(core, 1), MISR.VGrp1E) |
      enabled(7, !this.groupEnabled(core, 1), MISR.VGrp1D)
    );
  }
}
