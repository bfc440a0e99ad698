/**
 * The generic timer: one system counter that counts steps, and four timers for each core, which drive level-sensitive PPIs.
 * Nothing is polled: the device tells the machine when the next timer fires. Arm ARM DDI0487 M.a.a, D12.1 and D12.2.
 */
import type { Core } from '../../core/core.ts';
import type { Machine } from '../../core/machine.ts';
import type { ArmCore } from '../core.ts';
import { R } from '../registers/index.ts';
import type { Gic } from './gic.ts';
import { PPI_HYPERVISOR_TIMER, PPI_PHYSICAL_TIMER, PPI_SECURE_TIMER, PPI_VIRTUAL_TIMER } from './interrupts.ts';
import { Unmapped } from './mmio.ts';

interface Timer {
  readonly name: string;
  readonly control: number;
  readonly compare: number;
  readonly intid: number;
  /** Whether it counts from CNTVOFF_EL2. */
  readonly virtual: boolean;
  /** Bit of CNTHCTL_EL2 by which EL2 masks it, whatever its own IMASK says (FEAT_RME). */
  readonly hypervisorMask: bigint;
}

/** The names by which register rows ask for a timer. */
export type TimerName = 'CNTP' | 'CNTV' | 'CNTHP' | 'CNTPS';

const TIMERS: Readonly<Record<TimerName, Timer>> = {
  CNTP: {
    name: 'physical timer',
    control: R.CNTP_CTL_EL0,
    compare: R.CNTP_CVAL_EL0,
    intid: PPI_PHYSICAL_TIMER,
    virtual: false,
    hypervisorMask: 1n << 19n,
  },
  CNTV: {
    name: 'virtual timer',
    control: R.CNTV_CTL_EL0,
    compare: R.CNTV_CVAL_EL0,
    intid: PPI_VIRTUAL_TIMER,
    virtual: true,
    hypervisorMask: 1n << 18n,
  },
  CNTHP: {
    name: 'EL2 timer',
    control: R.CNTHP_CTL_EL2,
    compare: R.CNTHP_CVAL_EL2,
    intid: PPI_HYPERVISOR_TIMER,
    virtual: false,
    hypervisorMask: 0n,
  },
  CNTPS: {
    name: 'secure timer',
    control: R.CNTPS_CTL_EL1,
    compare: R.CNTPS_CVAL_EL1,
    intid: PPI_SECURE_TIMER,
    virtual: false,
    hypervisorMask: 0n,
  },
};
const ALL = Object.values(TIMERS);
const HYPERVISOR_MASKS = ALL.reduce((masks, { hypervisorMask }) => masks | hypervisorMask, 0n);

const ENABLE = 1n;
const IMASK = 2n;
const ISTATUS = 4n;
const NEVER = Number.POSITIVE_INFINITY;

export class GenericTimer extends Unmapped {
  readonly id = 'timer';
  readonly name = 'Generic timer';
  /** When the next timer of each core fires. */
  private readonly fires: Float64Array;

  constructor(
    private readonly machine: Machine,
    private readonly gic: Gic,
  ) {
    super();
    this.fires = new Float64Array(machine.cores.length).fill(NEVER);
  }

  override get deadline(): number {
    return Math.min(...this.fires);
  }

  /** CNTPCT_EL0, or CNTVCT_EL0. */
  count(core: Core, virtual: boolean): bigint {
    return BigInt.asUintN(64, BigInt(this.machine.time) - (virtual ? core.regs[R.CNTVOFF_EL2] : 0n));
  }

  private met(core: Core, timer: Timer): boolean {
    return this.count(core, timer.virtual) >= core.regs[timer.compare];
  }

  /** CTL: ENABLE, IMASK and, while enabled, ISTATUS. */
  control(core: Core, name: TimerName): bigint {
    const control = core.regs[TIMERS[name].control];
    return (control & ENABLE) !== 0n && this.met(core, TIMERS[name]) ? control | ISTATUS : control;
  }

  setControl(core: Core, name: TimerName, value: bigint): void {
    core.set(TIMERS[name].control, value & (ENABLE | IMASK));
    this.refresh(core);
  }

  setCompare(core: Core, name: TimerName, value: bigint): void {
    core.set(TIMERS[name].compare, value);
    this.refresh(core);
  }

  /** TVAL: how many counts are left, as a signed number of 32 bits. */
  left(core: Core, name: TimerName): bigint {
    return BigInt.asUintN(32, core.regs[TIMERS[name].compare] - this.count(core, TIMERS[name].virtual));
  }

  setLeft(core: Core, name: TimerName, value: bigint): void {
    const compare = this.count(core, TIMERS[name].virtual) + BigInt.asIntN(32, value);
    this.setCompare(core, name, BigInt.asUintN(64, compare));
  }

  /** World switches write the offset and the controls of EL2 each time, mostly with what they hold. */
  setOffset(core: Core, value: bigint): void {
    const changes = core.regs[R.CNTVOFF_EL2] !== value;
    core.set(R.CNTVOFF_EL2, value);
    if (changes) this.refresh(core);
  }

  setHypervisorControl(core: Core, value: bigint): void {
    const changes = ((core.regs[R.CNTHCTL_EL2] ^ value) & HYPERVISOR_MASKS) !== 0n;
    core.set(R.CNTHCTL_EL2, value);
    if (changes) this.refresh(core);
  }

  /** Whether a timer interrupts when its condition is met. */
  private unmasked(core: Core, timer: Timer): boolean {
    return (core.regs[timer.control] & (ENABLE | IMASK)) === ENABLE && (core.regs[R.CNTHCTL_EL2] & timer.hypervisorMask) === 0n;
  }

  /** Drives the lines of a core as its registers say, and looks when the next one will change. */
  private refresh(core: Core): void {
    this.drive(core);
    this.schedule(core);
    this.machine.reschedule();
  }

  private drive(core: Core): void {
    for (const timer of ALL) {
      const asserted = this.unmasked(core, timer) && this.met(core, timer);
      this.gic.setLine(core.id, timer.intid, asserted, timer.name);
    }
  }

  private schedule(core: Core): void {
    let first = NEVER;
    for (const timer of ALL) {
      if (!this.unmasked(core, timer)) continue;
      const left = core.regs[timer.compare] - this.count(core, timer.virtual);
      if (left > 0n) first = Math.min(first, this.machine.time + Number(left));
    }
    // Beyond what a number counts exactly, nobody waits.
    this.fires[core.id] = first <= Number.MAX_SAFE_INTEGER ? first : NEVER;
  }

  override tick(time: number): void {
    for (const core of this.machine.cores) {
      if (this.fires[core.id] > time) continue;
      this.drive(core);
      this.schedule(core);
    }
  }

  coreReset(core: Core): void {
    this.refresh(core);
  }

  save(): unknown {
    return undefined;
  }

  restore(): void {
    for (const core of this.machine.cores as readonly ArmCore[]) this.schedule(core);
  }
}
