/** How a stage 1 translation explains itself: the registers, each descriptor, the permissions, in words. */
import type { Access } from '../core/access.ts';
import type { FieldRow } from '../core/architecture.ts';
import type { Explanation } from '../core/explain.ts';
import { explainFields, explainRegister } from './explain-fields.ts';
import type { AbortFault } from './fault.ts';
import { hex } from './format.ts';
import type { Regime } from './regimes.ts';
import { field, flag } from './registers/row.ts';
import type { WalkParameters } from './stage1.ts';
import { type Stage1Entry, stage1Shift } from './tlb.ts';
import { SPACES } from './worlds.ts';

const UNIT = 'Stage 1';
const SECTION_WALK = 'Arm ARM D8.2';
const SECTION_DESCRIPTORS = 'Arm ARM D8.3';
const SECTION_PERMISSIONS = 'Arm ARM D8.4';

const TABLE_FIELDS: readonly FieldRow[] = [
  flag('NSTable', 63, 'Secure state only: the tables below are Non-secure.'),
  field('APTable', 62, 61, 'Write permission below.'),
  flag('XNTable', 60, 'Execute-never below.'),
  field('Address', 47, 12, 'Next table address bits [47:12].'),
  field('Type', 1, 0, '11: Table.'),
];
const LEAF_FIELDS: readonly FieldRow[] = [
  flag('XN', 54, 'Execute-never.'),
  flag('Contiguous', 52, 'One of a contiguous set.'),
  field('Address', 47, 12, 'Output address bits [47:12].'),
  flag('NSE', 11, 'EL3 only: with NS, the output physical address space.'),
  flag('AF', 10, 'Access flag.'),
  field('SH', 9, 8, 'Shareability.'),
  field('AP', 7, 6, 'AP[2]: read-only.'),
  flag('NS', 5, 'Output physical address space.'),
  field('AttrIndx', 4, 2, 'Index in MAIR.'),
  field('Type', 1, 0, '01: Block, 11: Page.'),
];

type Outcome = 'table' | 'leaf' | 'invalid' | 'above' | 'accessFlag';

const OUTCOMES: Readonly<Record<Outcome, { readonly note: string; readonly deciding: readonly string[] }>> = {
  table: { note: 'It points to the next table.', deciding: ['Type', 'Address'] },
  leaf: { note: 'It maps the address.', deciding: ['Type', 'Address'] },
  invalid: { note: 'It maps nothing: translation fault.', deciding: ['Type'] },
  above: { note: 'Its address is larger than TCR.PS allows: address size fault.', deciding: ['Address'] },
  accessFlag: { note: 'Its access flag is 0: access flag fault.', deciding: ['AF'] },
};

const isTable = (level: number, descriptor: bigint) => level < 3 && (descriptor & 3n) === 3n;

export function explainOff(explanation: Explanation, access: Access, regs: BigUint64Array, regime: Regime, fault: AbortFault | null): void {
  explanation.step({
    unit: UNIT,
    title: `Translation of ${hex(access.va)}`,
    section: SECTION_WALK,
    verdict: fault === null ? 'pass' : 'fault',
    note:
      fault === null
        ? `Stage 1 is off: ${hex(access.va)} is its own physical address, in the ${SPACES[regime.space].name} space.`
        : 'Stage 1 is off and the address is larger than the implemented physical address size: address size fault.',
    entry: explainRegister(regime.names.sctlr, regs, ['M'], ['M']),
  });
}

export function explainRange(
  explanation: Explanation,
  access: Access,
  regs: BigUint64Array,
  regime: Regime,
  parameters: WalkParameters,
): void {
  const reachable = access.va >> BigInt(Math.max(0, parameters.inputBits)) === 0n;
  explanation.step({
    unit: UNIT,
    title: `Translation of ${hex(access.va)}`,
    section: SECTION_WALK,
    verdict: reachable ? 'pass' : 'fault',
    note: reachable
      ? `Addresses of ${parameters.inputBits} bits are translated, from level ${parameters.startLevel}.`
      : `T0SZ = ${parameters.t0sz} does not reach the address: translation fault.`,
    entry: explainRegister(regime.names.tcr, regs, ['T0SZ'], ['T0SZ', 'PS', 'TG0', 'TBI', 'HPD']),
  });
  explanation.step({
    unit: UNIT,
    title: `Table at ${hex(parameters.base)}`,
    section: SECTION_WALK,
    verdict: parameters.base < parameters.outputLimit ? 'pass' : 'fault',
    note: `The first table is at ${hex(parameters.base)} in the ${SPACES[regime.space].name} space.`,
    entry: explainRegister(regime.names.ttbr, regs),
  });
}

export function explainHit(explanation: Explanation, entry: Stage1Entry): void {
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
      fields: explainFields(LEAF_FIELDS, entry.descriptor, ['Address']),
    },
  });
}

export function explainRead(
  explanation: Explanation,
  level: number,
  from: number,
  descriptor: bigint,
  outcome: Outcome,
  verdict: 'pass' | 'fault',
): void {
  const { note, deciding } = OUTCOMES[outcome];
  explanation.step({
    unit: UNIT,
    title: `Level ${level} descriptor at ${hex(from)}`,
    section: SECTION_DESCRIPTORS,
    verdict,
    note,
    entry: {
      kind: 'memory',
      name: `Level ${level} descriptor`,
      pa: from,
      size: 8,
      value: descriptor,
      fields: explainFields(isTable(level, descriptor) ? TABLE_FIELDS : LEAF_FIELDS, descriptor, deciding),
    },
  });
}

export function explainOutput(explanation: Explanation, access: Access, entry: Stage1Entry, refused: string): void {
  const size = 2 ** stage1Shift(entry.level);
  const kind = entry.level === 3 ? 'page' : `block of ${size / 2 ** 20} MB`;
  explanation.step({
    unit: UNIT,
    title: 'Permissions and output',
    section: SECTION_PERMISSIONS,
    verdict: refused === '' ? 'pass' : 'fault',
    note:
      refused === ''
        ? `The ${kind} translates ${hex(access.va)} to ${hex(access.pa)} in the ${SPACES[access.space].name} space and permits the ${access.kind}.`
        : `The ${access.kind} is refused: ${refused}.`,
  });
}
