/** Armv9-A with the Realm Management Extension, as the tables that language, hardware and debugger read. */
import type { Architecture } from '../core/architecture.ts';
import { CONSTANTS } from './constants.ts';
import { TAGS } from './gpi.ts';
import { INSTRUCTIONS } from './instructions/index.ts';
import { GENERAL } from './registers/general.ts';
import { REGISTERS } from './registers/index.ts';
import { STATES } from './states.ts';
import { VECTORS } from './vectors.ts';
import { SPACES, WORLDS } from './worlds.ts';

export const ARM: Architecture = {
  name: 'arm',
  worlds: WORLDS,
  states: STATES,
  spaces: SPACES,
  tags: TAGS,
  vectors: VECTORS,
  registers: REGISTERS,
  instructions: INSTRUCTIONS,
  numbered: { name: 'x', registers: GENERAL.map(({ name }) => name) },
  constants: CONSTANTS,
  // As assemblers write a register that they know no name of. Arm ARM C5.1.2.
  encodedName: ([op0, op1, crn, crm, op2]) => `S${op0}_${op1}_C${crn}_C${crm}_${op2}`,
};
