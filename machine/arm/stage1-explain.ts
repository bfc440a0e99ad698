/** How a stage 1 translation explains itself: the registers, each descriptor, the permissions, in words. */
import type { Access } from '../core/access.ts';
import type { FieldRow } from '../core/architecture.ts';
import type { Explanation } from '../core/explain.ts';
import { bit } from './bits.ts';
import { explainFields, explainRegister } from './explain-fields.ts';
import type { AbortFault } from './fault.ts';
import { hex } from './format.ts';
import type { Regime } from './regimes.ts';
import { field, flag } from './registers/row.ts';
import type { Stage1Entry, WalkParameters } from './stage1.ts';
import { LEVEL_NAMES } from './table-levels.ts';
import { SPACES } from './worlds.ts';

const UNIT = 'Stage 1';
const SECTION_WALK = 'Arm ARM D8.2';
const SECTION_DESCRIPTORS = 'Arm ARM D8.3';
const SECTION_PERMISSIONS = 'Arm ARM D8.4';

const tableFields = (...never: readonly FieldRow[]): readonly FieldRow[] => [
  flag('NSTable', 63, 'Secure state only: the tables below are Non-secure.'),
  field('APTable', 62, 61, 'Write permission below, and at EL1&0 that of EL0.'),
  ...never,
  field('Address', 47, 12, 'Next table address bits [47:12].'),
  field('Type', 1, 0, '11: Table.'),
];
const leafFields = (nG: FieldRow, ...never: readonly FieldRow[]): readonly FieldRow[] => [
  ...never,
  flag('Contiguous', 52, 'One of a contiguous set.'),
  field('Address', 47, 12, 'Output address bits [47:12].'),
  nG,
  flag('AF', 10, 'Access flag.'),
  field('SH', 9, 8, 'Shareability.'),
  field('AP', 7, 6, 'AP[2]: read-only; at EL1&0 AP[1]: EL0 has access.'),
  flag('NS', 5, 'Output physical address space.'),
  field('AttrIndx', 4, 2, 'Index in MAIR.'),
  field('Type', 1, 0, '01: Block, 11: Page.'),
];

/** Descriptors of regimes of one level, and of EL1&0. */
const FIELDS = {
  single: {
    table: tableFields(flag('XNTable', 60, 'Execute-never below.')),
    leaf: leafFields(flag('NSE', 11, 'EL3 only: with NS, the output physical address space.'), flag('XN', 54, 'Execute-never.')),
  },
  shared: {
    table: tableFields(flag('UXNTable', 60, 'Execute-never for EL0 below.'), flag('PXNTable', 59, 'Execute-never for EL1 below.')),
    leaf: leafFields(
      flag('nG', 11, 'The entry belongs to one ASID.'),
      flag('UXN', 54, 'Execute-never for EL0.'),
      flag('PXN', 53, 'Execute-never for EL1.'),
    ),
  },
} as const;

const fieldsOf = (regime: Regime) => (regime.unprivileged ? FIELDS.shared : FIELDS.single);

type Outcome = 'table' | 'leaf' | 'invalid' | 'addressSize' | 'accessFlag';

const OUTCOMES: Readonly<Record<Outcome, { readonly note: string; readonly deciding: readonly string[] }>> = {
  table: { note: 'It points to the next table.', deciding: ['Type', 'Address'] },
  leaf: { note: 'It maps the address.', deciding: ['Type', 'Address'] },
  invalid: { note: 'It maps nothing: translation fault.', deciding: ['Type'] },
  addressSize: { note: 'Its address is larger than TCR.PS allows: address size fault.', deciding: ['Address'] },
  accessFlag: { note: 'Its access flag is 0: access flag fault.', deciding: ['AF'] },
};

const isTable = (level: number, descriptor: bigint) => level < 3 && (descriptor & 3n) === 3n;

export function explainOff(
  explanation: Explanation,
  access: Access,
  regs: BigUint64Array,
  regime: Regime,
  staged: boolean,
  fault: AbortFault | null,
): void {
  const forced = bit(regs[regime.sctlr], 0);
  const output = staged ? 'intermediate address' : 'physical address';
  explanation.step({
    unit: UNIT,
    title: `Translation of ${hex(access.va)}`,
    section: SECTION_WALK,
    verdict: fault === null ? 'pass' : 'fault',
    note:
      fault === null
        ? `Stage 1 is off: ${hex(access.va)} is its own ${output}, in the ${SPACES[regime.space].name} space.`
        : 'Stage 1 is off and the address is larger than the implemented physical address size: address size fault.',
    entry: forced
      ? explainRegister('HCR_EL2', regs, ['DC', 'TGE'], ['DC', 'TGE'])
      : explainRegister(regime.names.sctlr, regs, ['M'], ['M']),
  });
}

export function explainRange(
  explanation: Explanation,
  access: Access,
  regs: BigUint64Array,
  regime: Regime,
  parameters: WalkParameters,
  possible: boolean,
): void {
  const { range, inputBits, startLevel, base, outputLimit, disabled } = parameters;
  explanation.step({
    unit: UNIT,
    title: `Translation of ${hex(access.va)}`,
    section: SECTION_WALK,
    verdict: possible ? 'pass' : 'fault',
    note: possible
      ? `Addresses of ${inputBits} bits are translated, from level ${startLevel}.`
      : `${range.sizeName} = ${parameters.txsz} does not reach the address: translation fault.`,
    entry: explainRegister(regime.names.tcr, regs, [range.sizeName], range.fields),
  });
  if (!possible) return;
  const above = base >= outputLimit;
  const where = `The first table is at ${hex(base)} in the ${SPACES[regime.space].name} space`;
  explanation.step({
    unit: UNIT,
    title: `Table at ${hex(base)}`,
    section: SECTION_WALK,
    verdict: above ? 'fault' : 'pass',
    note: `${where}${above ? ', larger than the output size allows: address size fault' : disabled ? '; walks from it are disabled' : ''}.`,
    entry: explainRegister(range.name, regs),
  });
}

export function explainHit(explanation: Explanation, entry: Stage1Entry, regime: Regime): void {
  explanation.step({
    unit: UNIT,
    title: `Level ${entry.level} entry in the TLB`,
    section: 'Arm ARM D8.16',
    verdict: 'pass',
    note: `Served from the TLB; filled from the descriptor at ${hex(entry.from)}, which was ${hex(entry.descriptor, 16)} then.`,
    entry: {
      kind: 'tlb',
      name: `Level ${entry.level} descriptor`,
      pa: entry.from,
      size: 8,
      value: entry.descriptor,
      fields: explainFields(fieldsOf(regime).leaf, entry.descriptor, ['Address']),
    },
  });
}

/** TCR_EL1.EPDn: there is nothing to read. */
export function explainDisabled(explanation: Explanation, regs: BigUint64Array, regime: Regime, { range }: WalkParameters): void {
  const field = `EPD${range.name.charAt(4)}`;
  explanation.step({
    unit: UNIT,
    title: 'No walk',
    section: SECTION_WALK,
    verdict: 'fault',
    note: `${regime.names.tcr}.${field} is 1: what is not in the TLB is a translation fault.`,
    entry: explainRegister(regime.names.tcr, regs, [field], [field]),
  });
}

export function explainRead(
  explanation: Explanation,
  regime: Regime,
  level: number,
  from: number,
  descriptor: bigint,
  outcome: Outcome,
): void {
  const { note, deciding } = OUTCOMES[outcome];
  const fields = fieldsOf(regime);
  explanation.step({
    unit: UNIT,
    title: `Level ${level} descriptor at ${hex(from)}`,
    section: SECTION_DESCRIPTORS,
    verdict: outcome === 'table' || outcome === 'leaf' ? 'pass' : 'fault',
    note,
    entry: {
      kind: 'memory',
      name: `Level ${level} descriptor`,
      pa: from,
      size: 8,
      value: descriptor,
      fields: explainFields(isTable(level, descriptor) ? fields.table : fields.leaf, descriptor, deciding),
    },
  });
}

export function explainOutput(explanation: Explanation, access: Access, entry: Stage1Entry, staged: boolean, refused: string): void {
  const output = `${hex(access.pa)} in the ${SPACES[access.space].name} ${staged ? 'intermediate' : 'physical'} space`;
  explanation.step({
    unit: UNIT,
    title: 'Permissions and output',
    section: SECTION_PERMISSIONS,
    verdict: refused === '' ? 'pass' : 'fault',
    note:
      refused === ''
        ? `The ${LEVEL_NAMES[entry.level]} translates ${hex(access.va)} to ${output} and permits the ${access.kind}.`
        : `The ${access.kind} is refused: ${refused}.`,
  });
}
