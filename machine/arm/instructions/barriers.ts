/**
 * Barriers and hints. Accesses take effect in program order and at once here, so barriers change nothing; the instructions
 * are there because firmware is wrong without them. Arm ARM DDI0487 M.a.a, C6.2.
 */
import type { InstructionRow, OperandRow } from '../../core/instruction.ts';
import type { ArmCore } from '../core.ts';

/** Shareability domain and access types of DSB and DMB, as their CRm field encodes them. */
const BARRIER_OPTIONS = {
  OSHLD: 0b0001,
  OSHST: 0b0010,
  OSH: 0b0011,
  NSHLD: 0b0101,
  NSHST: 0b0110,
  NSH: 0b0111,
  ISHLD: 0b1001,
  ISHST: 0b1010,
  ISH: 0b1011,
  LD: 0b1101,
  ST: 0b1110,
  SY: 0b1111,
};

const option: OperandRow = { name: 'option', kind: 'option', options: BARRIER_OPTIONS, optional: true };

function inert(name: string, summary: string, operands: readonly OperandRow[] = []): InstructionRow {
  return { name, summary, section: `Arm ARM C6.2, ${name.toUpperCase()}`, operands, execute: () => undefined };
}

export const BARRIERS: readonly InstructionRow[] = [
  inert('dsb', 'Data synchronization barrier: waits until earlier accesses and maintenance are complete.', [option]),
  inert('dmb', 'Data memory barrier: orders earlier accesses before later ones.', [option]),
  inert('isb', 'Instruction synchronization barrier: later instructions see earlier changes of context.'),
  {
    name: 'esb',
    summary: 'Error synchronization barrier: an SError that is pending and masked is recorded in DISR_EL1 instead.',
    section: 'Arm ARM C6.2, ESB',
    operands: [],
    execute(core) {
      (core as ArmCore).deferErrors();
      return undefined;
    },
  },
  inert('nop', 'No operation.'),
];
