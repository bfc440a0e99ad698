/** PSTATE, laid out as an SPSR holds it, and the registers that are windows onto it. Arm ARM DDI0487 M.a.a, D1.4 and C5.2. */
import type { FieldRow } from '../../core/architecture.ts';
import { FROM_EL0, FROM_EL1, field, flag, NOWHERE, registers } from './row.ts';

/** Exception level and stack pointer, as PSTATE and every SPSR encode them; M[4] = 0 selects AArch64. C5.2, SPSR_EL3. */
const MODES = { M_EL0: 0b0000, M_EL1T: 0b0100, M_EL1H: 0b0101, M_EL2T: 0b1000, M_EL2H: 0b1001, M_EL3T: 0b1100, M_EL3H: 0b1101 };

export const PSTATE_FIELDS: readonly FieldRow[] = [
  flag('N', 31, 'Negative condition flag.'),
  flag('Z', 30, 'Zero condition flag.'),
  flag('C', 29, 'Carry condition flag.'),
  flag('V', 28, 'Overflow condition flag.'),
  flag('IL', 20, 'Illegal Execution state.'),
  flag('D', 9, 'Debug exceptions are masked.'),
  flag('A', 8, 'SError exceptions are masked.'),
  flag('I', 7, 'IRQ is masked.'),
  flag('F', 6, 'FIQ is masked.'),
  field('M', 4, 0, 'Exception level and stack pointer; bit 4 selects AArch32.', MODES),
];

/** Reset: EL3 with its own stack pointer, everything masked. D1.4.2, "PE state on reset to AArch64 state". */
const RESET_PSTATE = 0x3cdn;

const state = registers('Process state', NOWHERE);

export const PROCESS_STATE = [
  state('PSTATE', 'Process state.', 'D1.4', { fields: PSTATE_FIELDS, reset: RESET_PSTATE, context: true }),
  state('SPSel', 'Stack pointer select: 0 uses SP_EL0, 1 the stack pointer of the current level.', 'C5.2, SPSel', {
    encoding: [3, 0, 4, 2, 0],
    readable: FROM_EL1,
    writable: FROM_EL1,
    alias: { of: 'PSTATE', high: 0, low: 0, shift: 0 },
    fields: [flag('SP', 0, 'Stack pointer select.')],
    context: true,
  }),
  state('CurrentEL', 'Current exception level.', 'C5.2, CurrentEL', {
    encoding: [3, 0, 4, 2, 2],
    readable: FROM_EL1,
    alias: { of: 'PSTATE', high: 3, low: 2, shift: 2 },
    fields: [field('EL', 3, 2, 'Current exception level.')],
  }),
  state('DAIF', 'Interrupt mask bits.', 'C5.2, DAIF', {
    encoding: [3, 3, 4, 2, 1],
    readable: FROM_EL0,
    writable: FROM_EL0,
    alias: { of: 'PSTATE', high: 9, low: 6, shift: 6 },
    fields: PSTATE_FIELDS.filter((row) => 'DAIF'.includes(row.name)),
  }),
  state('NZCV', 'Condition flags.', 'C5.2, NZCV', {
    encoding: [3, 3, 4, 2, 0],
    readable: FROM_EL0,
    writable: FROM_EL0,
    alias: { of: 'PSTATE', high: 31, low: 28, shift: 28 },
    fields: PSTATE_FIELDS.filter((row) => 'NZCV'.includes(row.name)),
  }),
];
