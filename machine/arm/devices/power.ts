/**
 * The power controller of Arm's Base FVP: turns cores on, at reset, and off when they next wait for an interrupt.
 * Fixed Virtual Platforms Reference Guide (Arm 100966), "Base Platform power controller"; the names are TF-A's (fvp_pwrc.h).
 */
import type { Access } from '../../core/access.ts';
import type { Core } from '../../core/core.ts';
import type { Machine } from '../../core/machine.ts';
import { isSecure, MAP, RegisterBlock } from './mmio.ts';

/** Each is written with the MPIDR of the core that is meant. */
export const PPOFFR = 0x0;
export const PPONR = 0x4;
const PCOFFR = 0x8;
export const PWKUPR = 0xc;
export const PSYSR = 0x10;

export const PWKUPR_WEN = 2 ** 31;

const PSYSR_AFF_L2 = 2 ** 31;
export const PSYSR_AFF_L1 = 2 ** 30;
export const PSYSR_AFF_L0 = 2 ** 29;
const PSYSR_WEN = 2 ** 28;
const PSYSR_PC = 2 ** 27;
export const PSYSR_PP = 2 ** 26;
const PSYSR_WK_SHIFT = 24;
/** There is no such core. */
export const PSYSR_INVALID = 0xffff_ffff;

/** Why a core was turned on last. */
const WKUP_COLD = 0;
export const WKUP_PPONR = 2;
const WKUP_GICREQ = 3;

const AFFINITY = 0xff_ffff;

interface State {
  readonly pendingOff: Uint8Array;
  readonly wakeEnabled: Uint8Array;
  readonly reason: Uint8Array;
  readonly clusterOff: boolean;
  readonly selected: number;
}

export class PowerController extends RegisterBlock {
  readonly id = 'power';
  readonly name = 'Power controller';
  readonly from = MAP.powerController;
  readonly to = MAP.powerController + 0x1000;
  /** By core: told to go off at its next WFI; may be woken by the GIC while off; why it was turned on. */
  private pendingOff: Uint8Array;
  private wakeEnabled: Uint8Array;
  private reason: Uint8Array;
  private clusterOff = false;
  /** Affinity that PSYSR describes. */
  private selected = 0;

  constructor(private readonly machine: Machine) {
    super();
    const { cores } = machine.options;
    this.pendingOff = new Uint8Array(cores);
    this.wakeEnabled = new Uint8Array(cores);
    this.reason = new Uint8Array(cores).fill(WKUP_COLD);
  }

  /** Only Secure and Root software can turn cores on and off. */
  override accepts(access: Readonly<Access>): boolean {
    return isSecure(access) && super.accepts(access);
  }

  private coreOf(mpidr: number): Core | undefined {
    return this.machine.cores[mpidr & AFFINITY];
  }

  read(offset: number): bigint {
    return offset === PSYSR ? BigInt(this.status()) : 0n;
  }

  private status(): number {
    const core = this.coreOf(this.selected);
    if (core === undefined) return PSYSR_INVALID;
    const { id } = core;
    const flags: readonly (readonly [number, boolean])[] = [
      [PSYSR_AFF_L2, true],
      [PSYSR_AFF_L1, !this.clusterOff || this.machine.cores.some(({ status }) => status !== 'off')],
      [PSYSR_AFF_L0, core.status !== 'off'],
      [PSYSR_WEN, this.wakeEnabled[id] === 1],
      [PSYSR_PC, this.clusterOff],
      [PSYSR_PP, this.pendingOff[id] === 1],
    ];
    const set = flags.reduce((bits, [flag, on]) => (on ? bits + flag : bits), 0);
    return set + this.reason[id] * 2 ** PSYSR_WK_SHIFT;
  }

  write(offset: number, _size: number, value: bigint, _access: Readonly<Access>, writer: Core): void {
    const mpidr = Number(value);
    if (offset === PSYSR) this.selected = mpidr & AFFINITY;
    const core = this.coreOf(mpidr);
    if (core === undefined) return;
    if (offset === PPONR) this.turnOn(core, WKUP_PPONR, writer);
    else if (offset === PPOFFR) this.pendingOff[core.id] = 1;
    else if (offset === PWKUPR) this.wakeEnabled[core.id] = mpidr >= PWKUPR_WEN ? 1 : 0;
    else if (offset === PCOFFR) {
      this.pendingOff[core.id] = 1;
      this.clusterOff = true;
    }
  }

  /** A core that is on stays as it is, but for losing a request to go off. */
  private turnOn(core: Core, reason: number, by: Core): void {
    this.pendingOff[core.id] = 0;
    this.clusterOff = false;
    if (core.status !== 'off') return;
    this.reason[core.id] = reason;
    by.emit({ kind: 'core_power', target: core.id, on: true });
    this.machine.resetCore(core);
  }

  /** The GIC has an interrupt for a core that is off. */
  wake(core: Core): void {
    if (core.status === 'off' && this.wakeEnabled[core.id] === 1) this.turnOn(core, WKUP_GICREQ, core);
  }

  waiting(core: Core): void {
    if (this.pendingOff[core.id] === 0) return;
    this.pendingOff[core.id] = 0;
    core.status = 'off';
    core.emit({ kind: 'core_power', target: core.id, on: false });
  }

  override save(): State {
    const { clusterOff, selected } = this;
    return {
      pendingOff: this.pendingOff.slice(),
      wakeEnabled: this.wakeEnabled.slice(),
      reason: this.reason.slice(),
      clusterOff,
      selected,
    };
  }

  override restore(state: unknown): void {
    const saved = state as State;
    this.pendingOff = saved.pendingOff.slice();
    this.wakeEnabled = saved.wakeEnabled.slice();
    this.reason = saved.reason.slice();
    this.clusterOff = saved.clusterOff;
    this.selected = saved.selected;
  }
}
