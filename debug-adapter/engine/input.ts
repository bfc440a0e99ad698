/**
 * Inputs: all that a run does not compute by itself. Together with the program they are the run; a log of them, replayed
 * from reset, gives it again to the bit, here or anywhere.
 */
export type Input =
  /** A register gets a value, as hardware would hold it. */
  | { readonly kind: 'register'; readonly core: number; readonly register: number; readonly value: bigint }
  /** Bytes at a physical address, as a bus master of an address space would store them. */
  | { readonly kind: 'memory'; readonly pa: number; readonly space: number; readonly bytes: Uint8Array }
  /** A core goes on somewhere else. */
  | { readonly kind: 'pc'; readonly core: number; readonly value: bigint }
  /** The next step is this core's, if it can run; then the schedule goes on from there. */
  | { readonly kind: 'next'; readonly core: number }
  /** From now on only this core steps, as long as it can; without one, the schedule decides again. */
  | { readonly kind: 'only'; readonly core?: number };

/** An input and the position at which it was given: before the step of that number. */
export interface InputAt {
  readonly step: number;
  readonly input: Input;
}
