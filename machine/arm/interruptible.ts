/**
 * What a PE does without an instruction that asks for it: interrupts and SErrors, and waking from WFI and WFE.
 * Arm ARM DDI0487 M.a.a, D1.3.6 (asynchronous exceptions), D1.6 (waiting for interrupts and events), C6.2 (ESB).
 */
import { Core } from '../core/core.ts';
import type { Exception } from './exceptions.ts';
import { deferredErrors, pendingException } from './interrupts.ts';
import { R } from './registers/index.ts';
import { SCR } from './routing.ts';
import { assertedLines, HCR_AMO, HCR_VSE, type InterruptSource, interruptStatus, linesAt, SERROR, VSERROR } from './signals.ts';
import { LEVEL_OF_STATE, stateAt, WORLD_OF_NSE_NS, WORLD_OF_STATE } from './states.ts';
import { SECURE } from './worlds.ts';

/** What of it a snapshot keeps. */
export interface InterruptState {
  readonly driven: number;
  readonly lines: number;
  readonly event: boolean;
  readonly waitsForEvent: boolean;
}

export abstract class InterruptibleCore extends Core {
  /** The interrupt controller, once the platform has built one. */
  interruptSource: InterruptSource | undefined;
  /** Lines that devices drive by `drive`, among them a pended SError. */
  private driven = 0;
  /** Every line asserted, whether it matters at this level or not. */
  private lines = 0;
  /** The event register, and whether it is what the core waits for. D1.6.1. */
  private event = false;
  private waitsForEvent = false;
  /** PSTATE with which all asserted lines were found masked, -1: not yet looked at. */
  private quietPstate = -1;

  /** Takes an exception before the next word, to which it returns. */
  protected abstract interrupt(exception: Exception): void;

  // ------------------------------------------------------------------ what routing depends on

  get el(): number {
    return LEVEL_OF_STATE[this.state];
  }

  protected get pstate(): number {
    return this.halves[2 * R.PSTATE];
  }

  /** SCR_EL3.{NSE, NS}, as two bits. */
  get nseNs(): number {
    return (((this.halves[2 * R.SCR_EL3 + 1] >>> 30) & 1) << 1) | (this.halves[2 * R.SCR_EL3] & 1);
  }

  /** Whether EL2 is enabled in the current Security state (at EL3: in the one selected), in Secure state by SCR_EL3.EEL2. D1.1. */
  get el2Enabled(): boolean {
    const world = this.el < 3 ? WORLD_OF_STATE[this.state] : WORLD_OF_NSE_NS[this.nseNs];
    return world !== SECURE || (this.halves[2 * R.SCR_EL3] & (1 << SCR.EEL2)) !== 0;
  }

  /** The low half of HCR_EL2 as it takes effect: 0 where EL2 is not enabled. */
  get hcr(): number {
    return this.el2Enabled ? this.halves[2 * R.HCR_EL2] : 0;
  }

  /** The state of a level in the current Security state; EL3 is Root. */
  stateAt(el: number): number {
    return stateAt(el, WORLD_OF_STATE[this.state]);
  }

  // ------------------------------------------------------------------ lines

  override drive(lines: number, asserted: boolean): void {
    this.driven = asserted ? this.driven | lines : this.driven & ~lines;
    this.refreshSignals();
  }

  /** Looks at the lines again: the interrupt controller, HCR_EL2 or the state has changed. */
  refreshSignals(): void {
    const devices = (this.interruptSource?.lines(this) ?? 0) | this.driven;
    this.lines = assertedLines(devices, this.hcr);
    this.signals = linesAt(this.lines, this.el);
    this.quietPstate = -1;
    if (this.status !== 'waiting' || this.signals === 0) return;
    if (!this.waitsForEvent || this.isInterrupted()) this.status = 'running';
  }

  /** Whether an interrupt would be taken now: one that is masked wakes from WFI but not from WFE. D1.6.1. */
  isInterrupted(): boolean {
    return this.signals !== 0 && pendingException(this, this.signals, this.pstate) !== undefined;
  }

  override willInterrupt(): boolean {
    return this.isInterrupted();
  }

  protected override takeInterrupt(): boolean {
    const { pstate } = this;
    if (pstate === this.quietPstate) return false;
    const pending = pendingException(this, this.signals, pstate);
    if (pending === undefined) {
      this.quietPstate = pstate;
      return false;
    }
    const { line, exception } = pending;
    this.emit({ kind: 'interrupt', type: exception.cause, from: this.state, to: this.stateAt(exception.target) });
    this.clearError(line);
    this.interrupt(exception);
    this.refreshSignals();
    return true;
  }

  /** ISR_EL1. */
  get interruptStatus(): bigint {
    return interruptStatus(this.lines, this.el, this.hcr);
  }

  // ------------------------------------------------------------------ SError

  /** Where DISR_EL1 stands for this level. */
  get deferredErrorRegister(): number {
    return this.el < 2 && (this.hcr & HCR_AMO) !== 0 ? R.VDISR_EL2 : R.DISR_EL1;
  }

  /** ESB: an SError that is pending and masked is recorded instead of staying pending. C6.2, ESB. */
  deferErrors(): void {
    for (const { line, register, disr } of deferredErrors(this, this.signals, this.pstate)) {
      this.set(register, disr);
      this.clearError(line);
    }
    this.refreshSignals();
  }

  /** An SError is delivered once; the PE itself takes a virtual one back. D24.2, HCR_EL2.VSE. */
  private clearError(line: number): void {
    if (line === SERROR) this.driven &= ~SERROR;
    if (line === VSERROR) this.set(R.HCR_EL2, this.regs[R.HCR_EL2] & ~BigInt(HCR_VSE));
  }

  // ------------------------------------------------------------------ waiting

  /** Idle from the next step on. */
  wait(instruction: 'WFI' | 'WFE'): void {
    this.waitsForEvent = instruction === 'WFE';
    this.status = 'waiting';
  }

  /** Sets the event register; a core that waits for it goes on, and has used it up. D1.6.1. */
  sendEvent(): void {
    const woken = this.status === 'waiting' && this.waitsForEvent;
    this.event = !woken;
    if (woken) this.status = 'running';
  }

  /** Clears the event register; whether it was set. */
  takeEvent(): boolean {
    const { event } = this;
    this.event = false;
    return event;
  }

  /** Losing a reservation is an event, by which a waiter for a lock learns of its release. D1.6.1. */
  override loseReservation(): void {
    super.loseReservation();
    this.sendEvent();
  }

  // ------------------------------------------------------------------ reset and snapshots

  /** The lines of the interrupt controller stay asserted. */
  protected resetInterrupts(): void {
    this.driven = 0;
    this.event = false;
    this.waitsForEvent = false;
  }

  protected saveInterrupts(): InterruptState {
    const { driven, lines, event, waitsForEvent } = this;
    return { driven, lines, event, waitsForEvent };
  }

  protected restoreInterrupts({ driven, lines, event, waitsForEvent }: InterruptState): void {
    this.driven = driven;
    this.lines = lines;
    this.event = event;
    this.waitsForEvent = waitsForEvent;
    this.quietPstate = -1;
  }
}
