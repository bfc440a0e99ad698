/** General-purpose registers and stack pointers. Arm ARM DDI0487 M.a.a, B1.2 and C5.2. */
import type { RegisterRow } from '../../core/architecture.ts';
import { FROM_EL0, FROM_EL1, FROM_EL2, FROM_EL3, registers } from './row.ts';

const general = registers('General', FROM_EL0);

type Digit = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9;
type GeneralName = `x${Digit}` | `x${1 | 2}${Digit}` | 'x30';

export const GENERAL = Array.from({ length: 31 }, (_, n) =>
  general(`x${n}` as GeneralName, `General-purpose register ${n}.`, 'B1.2'),
) as readonly (RegisterRow & {
  readonly name: GeneralName;
})[];

/**
 * The stack pointers. SPSel chooses between SP_EL0 and the one of the current level. Architecturally the one of the
 * current level is named SP, and only while SPSel is 1; here it may be named at any time.
 */
export const STACK_POINTERS = [
  general('SP_EL0', 'Stack pointer of EL0, and of any level while SPSel is 0.', 'C5.2, SP_EL0', {
    encoding: [3, 0, 4, 1, 0],
  }),
  general('SP_EL1', 'Stack pointer of EL1.', 'C5.2, SP_EL1', { encoding: [3, 4, 4, 1, 0], readable: FROM_EL1, writable: FROM_EL1 }),
  general('SP_EL2', 'Stack pointer of EL2.', 'C5.2, SP_EL2', { encoding: [3, 6, 4, 1, 0], readable: FROM_EL2, writable: FROM_EL2 }),
  general('SP_EL3', 'Stack pointer of EL3.', 'C5.2, SP_EL3', { readable: FROM_EL3, writable: FROM_EL3 }),
];
