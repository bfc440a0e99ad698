/**
 * Fields of ESR_ELx: the exception class, and the syndrome that each class overlays on ISS.
 * Arm ARM DDI0487 M.a.a, D24.2.47 (ESR_EL3) and D1.4.
 */
import type { FieldRow } from '../../core/architecture.ts';
import { field, flag } from './row.ts';

/** Exception classes, ESR_ELx.EC. */
export const EC = {
  EC_UNKNOWN: 0x00,
  EC_WFX: 0x01,
  EC_ILLEGAL_STATE: 0x0e,
  EC_SVC64: 0x15,
  EC_HVC64: 0x16,
  EC_SMC64: 0x17,
  EC_SYSREG: 0x18,
  EC_GPC: 0x1e,
  EC_INSTRUCTION_ABORT_LOWER: 0x20,
  EC_INSTRUCTION_ABORT_SAME: 0x21,
  EC_PC_ALIGNMENT: 0x22,
  EC_DATA_ABORT_LOWER: 0x24,
  EC_DATA_ABORT_SAME: 0x25,
  EC_SP_ALIGNMENT: 0x26,
  EC_SERROR: 0x2f,
  EC_BRK64: 0x3c,
} as const;

/** Fault status codes: DFSC, IFSC and xFSC alike. The digit is the translation table level, never the GPT's. */
export const DFSC = {
  DFSC_ADDRESS_SIZE_L0: 0b000000,
  DFSC_ADDRESS_SIZE_L1: 0b000001,
  DFSC_ADDRESS_SIZE_L2: 0b000010,
  DFSC_ADDRESS_SIZE_L3: 0b000011,
  DFSC_TRANSLATION_L0: 0b000100,
  DFSC_TRANSLATION_L1: 0b000101,
  DFSC_TRANSLATION_L2: 0b000110,
  DFSC_TRANSLATION_L3: 0b000111,
  DFSC_ACCESS_FLAG_L0: 0b001000,
  DFSC_ACCESS_FLAG_L1: 0b001001,
  DFSC_ACCESS_FLAG_L2: 0b001010,
  DFSC_ACCESS_FLAG_L3: 0b001011,
  DFSC_PERMISSION_L0: 0b001100,
  DFSC_PERMISSION_L1: 0b001101,
  DFSC_PERMISSION_L2: 0b001110,
  DFSC_PERMISSION_L3: 0b001111,
  DFSC_EXTERNAL: 0b010000,
  DFSC_EXTERNAL_WALK_L0: 0b010100,
  DFSC_EXTERNAL_WALK_L1: 0b010101,
  DFSC_EXTERNAL_WALK_L2: 0b010110,
  DFSC_EXTERNAL_WALK_L3: 0b010111,
  DFSC_SERROR: 0b010001,
  DFSC_ALIGNMENT: 0b100001,
  DFSC_GPF_WALK_L0: 0b100100,
  DFSC_GPF_WALK_L1: 0b100101,
  DFSC_GPF_WALK_L2: 0b100110,
  DFSC_GPF_WALK_L3: 0b100111,
  DFSC_GPF: 0b101000,
} as const;

/** What went wrong in a granule protection check, and at which GPT level. D24.2.47, "ISS encoding for an exception from a GPC". */
export const GPCSC = {
  GPCSC_ADDRESS_SIZE_L0: 0b000000,
  GPCSC_ADDRESS_SIZE_L1: 0b000001,
  GPCSC_WALK_L0: 0b000100,
  GPCSC_WALK_L1: 0b000101,
  GPCSC_GPF_L0: 0b001100,
  GPCSC_GPF_L1: 0b001101,
  GPCSC_EXTERNAL_L0: 0b010100,
  GPCSC_EXTERNAL_L1: 0b010101,
} as const;

const classes = (...values: readonly number[]) => ({ when: { field: 'EC', values } });
const CALLS = classes(EC.EC_SVC64, EC.EC_HVC64, EC.EC_SMC64, EC.EC_BRK64);
const DATA = classes(EC.EC_DATA_ABORT_LOWER, EC.EC_DATA_ABORT_SAME);
/** Of a load or store that the syndrome describes. */
const DESCRIBED = { when: { field: 'ISV', values: [1] } };
const FETCH = classes(EC.EC_INSTRUCTION_ABORT_LOWER, EC.EC_INSTRUCTION_ABORT_SAME);
const ABORTS = classes(...DATA.when.values, ...FETCH.when.values);
const GPC = classes(EC.EC_GPC);
const ADDRESSED = classes(...ABORTS.when.values, EC.EC_GPC);
const WFX = classes(EC.EC_WFX);
const SYSREG = classes(EC.EC_SYSREG);
const SERROR = classes(EC.EC_SERROR);

export const ESR_FIELDS: readonly FieldRow[] = [
  field('ISS2', 55, 32, 'Further syndrome of the exception class.'),
  field('EC', 31, 26, 'Exception class.', EC),
  flag('IL', 25, 'The instruction was 32 bits long, or its length does not matter.'),
  field('ISS', 24, 0, 'Syndrome of the exception class.'),
  field('imm16', 15, 0, 'Immediate of the call or breakpoint.', undefined, CALLS),
  flag('ISV', 24, 'Whether bits 23:14 describe the access.', DATA),
  field(
    'SAS',
    23,
    22,
    'Size of the access: log2 of bytes. With ISV.',
    { SAS_BYTE: 0, SAS_HALFWORD: 1, SAS_WORD: 2, SAS_DOUBLEWORD: 3 },
    DESCRIBED,
  ),
  flag('SSE', 21, 'The load extends the sign. With ISV.', DESCRIBED),
  field('SRT', 20, 16, 'General register of the load or store; 31: the zero register. With ISV.', undefined, DESCRIBED),
  flag('SF', 15, 'The register is 64 bits wide. With ISV.', DESCRIBED),
  flag('AR', 14, 'The access is an acquire or a release. With ISV.', DESCRIBED),
  field('SET', 12, 11, 'Synchronous error type, of an external abort.', undefined, ABORTS),
  flag('FnV', 10, 'FAR is not valid.', ABORTS),
  flag('EA', 9, 'External abort type.', classes(...ABORTS.when.values, ...SERROR.when.values)),
  flag('S2PTW', 21, 'The access was a stage 2 table walk.', GPC),
  flag('InD', 20, 'The access was an instruction fetch.', GPC),
  field('GPCSC', 19, 14, 'Granule protection check status, with the GPT level.', GPCSC, GPC),
  flag('CM', 8, 'The access was cache maintenance or address translation.', classes(...DATA.when.values, EC.EC_GPC)),
  flag('S1PTW', 7, 'A stage 2 fault on an access made for a stage 1 walk.', ADDRESSED),
  flag('WnR', 6, 'The access was a write.', classes(...DATA.when.values, EC.EC_GPC)),
  field('DFSC', 5, 0, 'Data fault status, with the translation table level.', DFSC, classes(...DATA.when.values, ...SERROR.when.values)),
  field('IFSC', 5, 0, 'Instruction fault status, with the translation table level.', DFSC, FETCH),
  field('xFSC', 5, 0, 'Fault status, with the translation table level.', DFSC, GPC),
  flag('CV', 24, 'COND is valid.', WFX),
  field('COND', 23, 20, 'Condition of the instruction; 1110: always.', undefined, WFX),
  field('TI', 1, 0, 'Trapped instruction: 0 WFI, 1 WFE.', { TI_WFI: 0, TI_WFE: 1 }, WFX),
  field('Op0', 21, 20, 'Encoding of the register or instruction.', undefined, SYSREG),
  field('Op2', 19, 17, 'Encoding of the register or instruction.', undefined, SYSREG),
  field('Op1', 16, 14, 'Encoding of the register or instruction.', undefined, SYSREG),
  field('CRn', 13, 10, 'Encoding of the register or instruction.', undefined, SYSREG),
  field('Rt', 9, 5, 'General register that it moves; 31: none.', undefined, SYSREG),
  field('CRm', 4, 1, 'Encoding of the register or instruction.', undefined, SYSREG),
  flag('Direction', 0, '1: read (MRS), 0: write (MSR) or instruction.', SYSREG),
  flag('IDS', 24, 'The syndrome is defined by the implementation.', SERROR),
  flag('IESB', 13, 'An implicit error synchronization found it.', SERROR),
  field('AET', 12, 10, 'Asynchronous error type; 0: uncontainable.', undefined, SERROR),
];
