/**
 * The registers of a GIC CPU interface, physical: priorities, groups enabled, and which interrupts are active.
 * IHI 0069H.b, 4.8 (prioritization), 12.2 (ICC system registers).
 */
import { GROUP_0, GROUP_1NS, GROUP_1S } from './interrupts.ts';

/** Five bits of priority are implemented, all of them preemption levels: one active priorities register of 32 bits each. */
export const PRIORITY_BITS = 5;
const PRIORITY_SHIFT = 8 - PRIORITY_BITS;
export const PRIORITY_MASK = 0xff & ~((1 << PRIORITY_SHIFT) - 1);
/** RPR while nothing is active. */
export const IDLE = 0xff;

/** Smallest binary points: BPR0 and Secure BPR1; the Non-secure one is one more. 4.8.1. */
export const BPR_MIN = 7 - PRIORITY_BITS;
export const BPR_MIN_NS = BPR_MIN + 1;

const FIELDS = 10;
const PMR = 0;
const ENABLED = 1;
const CONTROL_S = 2;
const CONTROL_NS = 3;
const CONTROL_EL3 = 4;
/** Followed by those of the other two groups. */
const BPR = 5;

/** ICC_CTLR_EL1. */
export const CTLR_CBPR = 1;
export const CTLR_EOIMODE = 2;

/** The part of a priority that decides on preemption: bits [7:n+1] for binary point n. 4.8.2. */
export function groupPriority(priority: number, binaryPoint: number): number {
  return priority & ~((2 << binaryPoint) - 1) & 0xff;
}

export class CpuInterface {
  private readonly fields = new Uint32Array(FIELDS);
  /** Active priorities by group: bit i is priority i * 8. */
  readonly active = new Uint32Array(3);

  constructor() {
    this.reset();
  }

  reset(): void {
    this.fields.fill(0);
    this.active.fill(0);
    this.fields[BPR + GROUP_0] = BPR_MIN;
    this.fields[BPR + GROUP_1S] = BPR_MIN;
    this.fields[BPR + GROUP_1NS] = BPR_MIN_NS;
  }

  get pmr(): number {
    return this.fields[PMR];
  }

  set pmr(value: number) {
    this.fields[PMR] = value & PRIORITY_MASK;
  }

  /** CBPR and EOImode of EL1 and EL2, as ICC_CTLR_EL1 holds them. */
  control(secure: boolean): number {
    return this.fields[secure ? CONTROL_S : CONTROL_NS];
  }

  setControl(secure: boolean, value: number): void {
    this.fields[secure ? CONTROL_S : CONTROL_NS] = value & (CTLR_CBPR | CTLR_EOIMODE);
  }

  /** EOImode of EL3. */
  get eoiModeEl3(): boolean {
    return this.fields[CONTROL_EL3] === 1;
  }

  set eoiModeEl3(on: boolean) {
    this.fields[CONTROL_EL3] = on ? 1 : 0;
  }

  groupEnabled(group: number): boolean {
    return ((this.fields[ENABLED] >>> group) & 1) === 1;
  }

  enableGroup(group: number, on: boolean): void {
    this.fields[ENABLED] = on ? this.fields[ENABLED] | (1 << group) : this.fields[ENABLED] & ~(1 << group);
  }

  /** The binary point register of a group, whatever CBPR says. */
  binaryPoint(group: number): number {
    return this.fields[BPR + group];
  }

  setBinaryPoint(group: number, value: number): void {
    this.fields[BPR + group] = Math.max(value & 7, group === GROUP_1NS ? BPR_MIN_NS : BPR_MIN);
  }

  /** Group priority of an interrupt: with CBPR, BPR0 serves group 1 too; the Non-secure BPR1 counts from one more. 4.8.2. */
  groupPriority(group: number, priority: number): number {
    const common = group !== GROUP_0 && (this.control(group === GROUP_1S) & CTLR_CBPR) !== 0;
    if (group === GROUP_0 || common) return groupPriority(priority, this.binaryPoint(GROUP_0));
    return groupPriority(priority, this.binaryPoint(group) - (group === GROUP_1NS ? 1 : 0));
  }

  /** The priority of the most urgent active interrupt. */
  get running(): number {
    return highest(this.active[0] | this.active[1] | this.active[2]);
  }

  activate(group: number, priority: number): void {
    this.active[group] |= 1 << (this.groupPriority(group, priority) >>> PRIORITY_SHIFT);
  }

  /** Priority drop: the most urgent active priority goes, if it belongs to the group that ends. 4.8.3. */
  drop(group: number): void {
    if (this.active[group] !== 0 && highest(this.active[group]) === this.running) this.active[group] &= this.active[group] - 1;
  }

  save(): unknown {
    return { fields: this.fields.slice(), active: this.active.slice() };
  }

  restore(state: unknown): void {
    const { fields, active } = state as { fields: Uint32Array; active: Uint32Array };
    this.fields.set(fields);
    this.active.set(active);
  }
}

/** The most urgent of a set of active priorities. */
export function highest(active: number): number {
  return active === 0 ? IDLE : (31 - Math.clz32(active & -active)) << PRIORITY_SHIFT;
}
