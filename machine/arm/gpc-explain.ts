/** How a granule protection check explains itself: what it read, which field decided, in words. */
import type { Access } from '../core/access.ts';
import type { FieldRow } from '../core/architecture.ts';
import type { ExplainedEntry, ExplainedStep, Explanation } from '../core/explain.ts';
import { explainFields, explainRegister } from './explain-fields.ts';
import type { GpcFailure } from './fault.ts';
import { hex } from './format.ts';
import { gpiName, permits } from './gpi.ts';
import { type GptConfig, type GptOutcome, type GptRead, granuleIndex } from './gpt.ts';
import { field } from './registers/row.ts';
import { SPACES } from './worlds.ts';

const UNIT = 'Granule protection check';
const SECTION_CHECK = 'Arm ARM D9.2';
const SECTION_CONFIG = 'Arm ARM D24.2.56';
const SECTION_DESCRIPTORS = 'Arm ARM D9.4';
const SECTION_GPI = 'Arm ARM D9.5';

const CONFIG_FIELDS = ['GPC', 'PPS', 'PGS', 'L0GPTSZ', 'SH', 'ORGN', 'IRGN', 'SPAD', 'NSPAD', 'RLPAD', 'NSO', 'APPSAA'];

const BLOCK_FIELDS: readonly FieldRow[] = [
  field('RES0', 63, 8, 'Must be 0.'),
  field('GPI', 7, 4, 'GPI of the whole block.'),
  field('Type', 3, 0, '0001: Block.'),
];
const TABLE_FIELDS: readonly FieldRow[] = [
  field('Address', 51, 12, 'Level 1 table address bits [51:12].'),
  field('Type', 3, 0, '0011: Table.'),
];
const CONTIGUOUS_FIELDS: readonly FieldRow[] = [
  field('Contig', 9, 8, 'Size of the contiguous region.', { '2 MB': 0b01, '32 MB': 0b10, '512 MB': 0b11 }),
  field('GPI', 7, 4, 'GPI of the whole region.'),
  field('Type', 3, 0, '0001: Contiguous.'),
];
const GRANULES_FIELDS: readonly FieldRow[] = Array.from({ length: 16 }, (_, i) =>
  field(`GPI${i}`, 4 * i + 3, 4 * i, `GPI of granule ${i}.`),
);
const UNKNOWN_FIELDS: readonly FieldRow[] = [
  field('Value', 63, 4, 'Meaningless without a type.'),
  field('Type', 3, 0, '0001: Block, 0011: Table.'),
];

const isLeaf = (value: bigint) => (value & 0xfn) === 0b0001n;
const isTable = (value: bigint) => (value & 0xfn) === 0b0011n;

/** Fields of a descriptor by the type that it claims to have. */
export function descriptorFields(level: 0 | 1, value: bigint): readonly FieldRow[] {
  if (level === 0) return isLeaf(value) ? BLOCK_FIELDS : isTable(value) ? TABLE_FIELDS : UNKNOWN_FIELDS;
  return isLeaf(value) ? CONTIGUOUS_FIELDS : GRANULES_FIELDS;
}

const meaning = (name: string, value: number) => (name.startsWith('GPI') ? gpiName(value) : undefined);

function accessText(access: Access): string {
  const what = access.purpose === 'walk' ? 'table walk read' : access.kind === 'fetch' ? 'instruction fetch' : access.kind;
  return `${what} of ${hex(access.pa)} as ${SPACES[access.space].name}`;
}

const title = (access: Access) => `Check of the ${accessText(access)}`;

export function explainOff(explanation: Explanation, access: Access, regs: BigUint64Array): void {
  const entry = explainRegister('GPCCR_EL3', regs, ['GPC'], ['GPC']);
  explanation.step({
    unit: UNIT,
    title: title(access),
    section: SECTION_CONFIG,
    verdict: 'pass',
    note: 'Granule protection checks are off: GPCCR_EL3.GPC is 0.',
    entry,
  });
}

export function explainConfig(explanation: Explanation, access: Access, regs: BigUint64Array, config: GptConfig): void {
  const valid = config.invalid === '';
  explanation.step({
    unit: UNIT,
    title: title(access),
    section: SECTION_CONFIG,
    verdict: valid ? 'pass' : 'fault',
    note: valid
      ? `Addresses below ${hex(config.limit)} are protected, in granules of ${2 ** config.p / 1024} KB.`
      : `The configuration is invalid: GPCCR_EL3.${config.invalid} has a value that is reserved or too large.`,
    entry: explainRegister('GPCCR_EL3', regs, valid ? ['PPS', 'PGS'] : [config.invalid], CONFIG_FIELDS),
  });
  explanation.step({
    unit: UNIT,
    title: 'Level 0 table',
    section: 'Arm ARM D24.2.57',
    verdict: config.baseAbove ? 'fault' : 'pass',
    note: config.baseAbove ? 'The level 0 table is above the protected size.' : `The level 0 table is at ${hex(config.base)}.`,
    entry: explainRegister('GPTBR_EL3', regs, config.baseAbove ? ['BADDR'] : []),
  });
}

export function explainAllowed(explanation: Explanation, access: Access, config: GptConfig): void {
  const note = `${hex(access.pa)} is above the protected size ${hex(config.limit)}: allowed without a look-up.`;
  explanation.step({ unit: UNIT, title: title(access), section: SECTION_CHECK, verdict: 'pass', note });
}

export function explainFailure(explanation: Explanation, access: Access, failure: GpcFailure): void {
  explanation.step({ unit: UNIT, title: title(access), section: SECTION_CHECK, verdict: 'fault', note: `Refused: ${failure.problem}.` });
}

function entryOf(read: GptRead, access: Access, config: GptConfig, deciding: readonly string[]): ExplainedEntry {
  const fields = descriptorFields(read.level, read.value);
  const granule = `GPI${granuleIndex(access.pa, config)}`;
  const marks = deciding.includes('GPI') && fields === GRANULES_FIELDS ? [granule] : deciding;
  return {
    kind: read.cached ? 'tlb' : 'memory',
    name: `GPT level ${read.level} descriptor`,
    pa: read.from,
    size: 8,
    value: read.value,
    fields: explainFields(fields, read.value, marks, meaning),
  };
}

const origin = (read: GptRead) => (read.cached ? `Served from the TLB, filled from the descriptor at ${hex(read.from)}: ` : '');

const DESCRIPTOR_NOTES: Readonly<Record<GptRead['descriptor']['kind'], string>> = {
  table: 'it points to a level 1 table.',
  block: 'one GPI for the whole block.',
  contiguous: 'one GPI for a contiguous region.',
  granules: 'sixteen GPIs, one for each granule.',
  invalid: 'it is no valid descriptor.',
};

function readStep(read: GptRead, access: Access, outcome: GptOutcome, config: GptConfig): ExplainedStep {
  const bad = outcome.kind === 'fault' && outcome.level === read.level;
  const deciding = bad ? [outcome.field] : read.descriptor.kind === 'table' ? ['Type', 'Address'] : ['GPI'];
  const note = `${origin(read)}${DESCRIPTOR_NOTES[read.descriptor.kind]}`;
  const why = bad && outcome.code === 'addressSize' ? 'it points above the protected size.' : note;
  return {
    unit: UNIT,
    title: `GPT level ${read.level} descriptor at ${hex(read.from)}`,
    section: SECTION_DESCRIPTORS,
    verdict: bad ? 'fault' : 'pass',
    note: why.charAt(0).toUpperCase() + why.slice(1),
    entry: entryOf(read, access, config, deciding),
  };
}

export function explainReads(
  explanation: Explanation,
  access: Access,
  reads: readonly GptRead[],
  outcome: GptOutcome,
  failure: GpcFailure | null,
  config: GptConfig,
): void {
  for (const read of reads) explanation.step(readStep(read, access, outcome, config));
  if (outcome.kind === 'fault') {
    if (outcome.code === 'external') {
      const note = `Nothing answers at ${hex(outcome.from)}, where the level ${outcome.level} descriptor should be.`;
      explanation.step({
        unit: UNIT,
        title: `GPT level ${outcome.level} descriptor at ${hex(outcome.from)}`,
        section: SECTION_CHECK,
        verdict: 'fault',
        note,
      });
    }
    return;
  }
  const who = `a ${SPACES[access.space].name} access`;
  const note =
    failure === null
      ? `The granule is ${gpiName(outcome.gpi)}: ${who} is permitted.`
      : `The granule is ${gpiName(outcome.gpi)}: ${who} is refused${requesterNote(outcome.gpi, access.space)}.`;
  explanation.step({ unit: UNIT, title: 'GPI', section: SECTION_GPI, verdict: failure === null ? 'pass' : 'fault', note });
}

/** Non-secure only also looks at who asks. */
function requesterNote(gpi: number, space: number): string {
  return permits(gpi, space, space) ? ' because it was made by Secure or Realm state' : '';
}
