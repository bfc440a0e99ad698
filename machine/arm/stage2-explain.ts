/** How a stage 2 translation explains itself: the registers, each descriptor, the permissions, in words. */
import type { FieldRow } from '../core/architecture.ts';
import type { Explanation } from '../core/explain.ts';
import { explainFields, explainRegister } from './explain-fields.ts';
import { hex } from './format.ts';
import { field, flag } from './registers/row.ts';
import type { Intermediate, Stage2Entry, Stage2Parameters } from './stage2.ts';
import { LEVEL_NAMES } from './table-levels.ts';
import { REALM, SPACES } from './worlds.ts';

const UNIT = 'Stage 2';
const SECTION_WALK = 'Arm ARM D8.2';
const SECTION_DESCRIPTORS = 'Arm ARM D8.3';
const SECTION_PERMISSIONS = 'Arm ARM D8.4';

const TABLE_FIELDS: readonly FieldRow[] = [field('Address', 47, 12, 'Next table address bits [47:12].'), field('Type', 1, 0, '11: Table.')];
const LEAF_FIELDS: readonly FieldRow[] = [
  flag('NS', 55, 'Realm state only: the output is Non-secure.'),
  field('XN', 54, 53, 'Execute-never: 00 nobody, 01 EL1, 10 EL1 and EL0, 11 EL0.'),
  flag('Contiguous', 52, 'One of a contiguous set.'),
  field('Address', 47, 12, 'Output address bits [47:12].'),
  flag('AF', 10, 'Access flag.'),
  field('SH', 9, 8, 'Shareability.'),
  field('S2AP', 7, 6, 'Permissions: bit 0 reads, bit 1 writes.'),
  field('MemAttr', 5, 2, 'Memory type.'),
  field('Type', 1, 0, '01: Block, 11: Page.'),
];
const LEAF_FIELDS_ELSEWHERE = LEAF_FIELDS.filter((row) => row.name !== 'NS');

const leafFields = (world: number) => (world === REALM ? LEAF_FIELDS : LEAF_FIELDS_ELSEWHERE);

type Outcome = 'table' | 'leaf' | 'invalid' | 'addressSize' | 'accessFlag';

const OUTCOMES: Readonly<Record<Outcome, { readonly note: string; readonly deciding: readonly string[] }>> = {
  table: { note: 'It points to the next table.', deciding: ['Type', 'Address'] },
  leaf: { note: 'It maps the intermediate address.', deciding: ['Type', 'Address'] },
  invalid: { note: 'It maps nothing: translation fault of stage 2.', deciding: ['Type'] },
  addressSize: { note: 'Its address is larger than VTCR_EL2.PS allows: address size fault of stage 2.', deciding: ['Address'] },
  accessFlag: { note: 'Its access flag is 0: access flag fault of stage 2.', deciding: ['AF'] },
};

const what = ({ ipa, walk }: Intermediate) => `${walk ? 'the stage 1 table entry at ' : ''}${hex(ipa)}`;

export function explainRange2(
  explanation: Explanation,
  request: Intermediate,
  regs: BigUint64Array,
  parameters: Stage2Parameters,
  possible: boolean,
): void {
  const { names, inputBits, startLevel, consistent, base, outputLimit, walkSpace } = parameters;
  const wrong = consistent ? `T0SZ = ${parameters.t0sz} does not reach the address` : 'SL0 does not go with T0SZ';
  explanation.step({
    unit: UNIT,
    title: `Translation of ${what(request)}`,
    section: SECTION_WALK,
    verdict: possible ? 'pass' : 'fault',
    note: possible
      ? `Intermediate addresses of ${inputBits} bits are translated, from level ${startLevel}.`
      : `${wrong}: translation fault of stage 2 at level 0.`,
    entry: explainRegister(names.tcr, regs, consistent ? ['T0SZ'] : ['T0SZ', 'SL0'], ['T0SZ', 'SL0', 'TG0', 'PS', 'VS']),
  });
  if (!possible) return;
  const above = base >= outputLimit;
  explanation.step({
    unit: UNIT,
    title: `Table at ${hex(base)}`,
    section: SECTION_WALK,
    verdict: above ? 'fault' : 'pass',
    note: `The first table is at ${hex(base)} in the ${SPACES[walkSpace].name} space${above ? ', larger than VTCR_EL2.PS allows: address size fault' : ''}.`,
    entry: explainRegister(names.ttbr, regs),
  });
}

export function explainHit2(explanation: Explanation, entry: Stage2Entry, world: number): void {
  explanation.step({
    unit: UNIT,
    title: `Level ${entry.level} entry in the TLB`,
    section: 'Arm ARM D8.16',
    verdict: 'pass',
    note: `Served from the TLB; filled from the descriptor at ${hex(entry.from)}, which was ${hex(entry.descriptor, 16)} then.`,
    entry: {
      kind: 'tlb',
      name: `Stage 2 level ${entry.level} descriptor`,
      pa: entry.from,
      size: 8,
      value: entry.descriptor,
      fields: explainFields(leafFields(world), entry.descriptor, ['Address']),
    },
  });
}

export function explainRead2(
  explanation: Explanation,
  world: number,
  level: number,
  from: number,
  descriptor: bigint,
  outcome: Outcome,
): void {
  const { note, deciding } = OUTCOMES[outcome];
  const isTable = level < 3 && (descriptor & 3n) === 3n;
  explanation.step({
    unit: UNIT,
    title: `Stage 2 level ${level} descriptor at ${hex(from)}`,
    section: SECTION_DESCRIPTORS,
    verdict: outcome === 'table' || outcome === 'leaf' ? 'pass' : 'fault',
    note,
    entry: {
      kind: 'memory',
      name: `Stage 2 level ${level} descriptor`,
      pa: from,
      size: 8,
      value: descriptor,
      fields: explainFields(isTable ? TABLE_FIELDS : leafFields(world), descriptor, deciding),
    },
  });
}

export function explainOutput2(explanation: Explanation, request: Intermediate, entry: Stage2Entry, pa: number, refused: string): void {
  const kind = request.walk ? 'table walk' : request.access.kind;
  explanation.step({
    unit: UNIT,
    title: 'Permissions and output',
    section: SECTION_PERMISSIONS,
    verdict: refused === '' ? 'pass' : 'fault',
    note:
      refused === ''
        ? `The ${LEVEL_NAMES[entry.level]} translates ${what(request)} to ${hex(pa)} in the ${SPACES[entry.space].name} space and permits the ${kind}.`
        : `The ${kind} is refused: ${refused}.`,
  });
}
