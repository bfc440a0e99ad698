/** All registers of the PE: the table that `Core.regs` is indexed like, and their indices by name. */
import type { RegisterRow } from '../../core/architecture.ts';
import { insert, mask } from '../bits.ts';
import { EL1_REGISTERS } from './el1.ts';
import { EL2_REGISTERS } from './el2.ts';
import { EL3_REGISTERS } from './el3.ts';
import { GENERAL, STACK_POINTERS } from './general.ts';
import { GIC_REGISTERS } from './gic.ts';
import { GIC_HYPERVISOR_REGISTERS } from './gic-hypervisor.ts';
import { IDENTIFICATION } from './identification.ts';
import { PROCESS_STATE } from './process-state.ts';
import { TIMER_REGISTERS } from './timer.ts';

const ROWS = [
  ...GENERAL,
  ...STACK_POINTERS,
  ...PROCESS_STATE,
  ...EL3_REGISTERS,
  ...EL2_REGISTERS,
  ...EL1_REGISTERS,
  ...IDENTIFICATION,
  ...TIMER_REGISTERS,
  ...GIC_REGISTERS,
  ...GIC_HYPERVISOR_REGISTERS,
];

export type RegisterName = (typeof ROWS)[number]['name'];
export const REGISTERS: readonly RegisterRow[] = ROWS;

/** Index of each register in `REGISTERS`. */
export const R = Object.fromEntries(ROWS.map((row, index) => [row.name, index])) as Readonly<Record<RegisterName, number>>;

/** Bits of each register that a write leaves as they are. */
export const READ_ONLY_BITS: readonly bigint[] = REGISTERS.map((row) =>
  (row.fields ?? [])
    .filter((field) => field.readOnly)
    .reduce((bits, field) => insert(bits, field.high, field.low, mask(field.high - field.low, 0)), 0n),
);
