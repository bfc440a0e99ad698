/**
 * TLB maintenance. An invalidation is complete, on every core in its scope, when the word has executed.
 * Arm ARM DDI0487 M.a.a, C5.5 and D9.6.
 */
import type { InstructionRow } from '../../core/instruction.ts';
import { bits } from '../bits.ts';
import type { ArmCore } from '../core.ts';
import { gptConfigOf } from '../gpc.ts';
import { fromLevel, ROOT_EL3, stateAt, WORLD_OF_NSE_NS } from '../states.ts';

interface TlbOperation {
  readonly name: string;
  /** States (bit i: state i) where it is defined. */
  readonly states: number;
  /** Whether it reaches the other cores: IS and OS are one domain here. */
  readonly broadcast: boolean;
  readonly operand: boolean;
  /** Invalidates on one core what `issuer` asked for; returns the number of entries. */
  drop(target: ArmCore, issuer: ArmCore, operand: bigint): number;
}

const EL2_UP = fromLevel(2);
const EL3_ONLY = fromLevel(3);

/** EL2 of the current Security state: at EL3, the one that SCR_EL3.{NSE, NS} selects. C5.5, TLBI ALLE2. */
function el2Of(issuer: ArmCore): number {
  if (issuer.el === 2) return issuer.state;
  const world = WORLD_OF_NSE_NS[issuer.nseNs];
  return world < 0 ? -1 : stateAt(2, world);
}

/** Xt[43:0] is VA[55:12]; addresses above 48 bits are never cached. C5.5, TLBI VAE2. */
const addressOf = (operand: bigint) => bits(operand, 43, 0) * 4096;

/** SIZE, Xt[47:44], of range operations, as bits of the range; reserved values mean one granule. C5.5, TLBI RPAOS. */
export const RANGE_BITS: readonly number[] = [12, 14, 16, 21, 25, 29, 30, 34, 36, 39];

/**
 * Operand of RPAOS and RPALOS: SIZE in Xt[47:44] and BaseADDR, PA[51:12], in Xt[39:0], of which the bits below the granule
 * are ignored; the range is aligned to its size. C5.5, TLBI RPAOS.
 */
function rangeOf(issuer: ArmCore, operand: bigint): { readonly from: number; readonly to: number } {
  const { p } = gptConfigOf(issuer.regs);
  const size = 2 ** Math.max(RANGE_BITS[bits(operand, 47, 44)] ?? 0, p);
  const from = Math.floor((bits(operand, 39, 0) * 4096) / size) * size;
  return { from, to: from + size };
}

const dropEl2: TlbOperation['drop'] = (target, issuer) => target.tlb.dropRegime(el2Of(issuer));
const dropEl3: TlbOperation['drop'] = (target) => target.tlb.dropRegime(ROOT_EL3);
const dropAddressEl2: TlbOperation['drop'] = (target, issuer, operand) => target.tlb.dropAddress(el2Of(issuer), addressOf(operand));
const dropAddressEl3: TlbOperation['drop'] = (target, _, operand) => target.tlb.dropAddress(ROOT_EL3, addressOf(operand));
const dropGranules: TlbOperation['drop'] = (target) => target.tlb.dropGranules();
const dropRange =
  (lastLevelOnly: boolean): TlbOperation['drop'] =>
  (target, issuer, operand) => {
    const { from, to } = rangeOf(issuer, operand);
    return target.tlb.dropGranuleRange(from, to, lastLevelOnly);
  };
/** EL1 and stage 2 translations are not cached, since nothing runs there yet. */
const dropNothing: TlbOperation['drop'] = () => 0;

type Kind = Omit<TlbOperation, 'name' | 'broadcast'>;

const LOCAL: Readonly<Record<string, Kind>> = {
  ALLE2: { states: EL2_UP, operand: false, drop: dropEl2 },
  VAE2: { states: EL2_UP, operand: true, drop: dropAddressEl2 },
  VALE2: { states: EL2_UP, operand: true, drop: dropAddressEl2 },
  ALLE3: { states: EL3_ONLY, operand: false, drop: dropEl3 },
  VAE3: { states: EL3_ONLY, operand: true, drop: dropAddressEl3 },
  VALE3: { states: EL3_ONLY, operand: true, drop: dropAddressEl3 },
  ALLE1: { states: EL2_UP, operand: false, drop: dropNothing },
  VMALLE1: { states: fromLevel(1), operand: false, drop: dropNothing },
  VMALLS12E1: { states: EL2_UP, operand: false, drop: dropNothing },
};

/** Each of these exists for this PE, the Inner Shareable and the Outer Shareable domain. */
const SCOPED: readonly TlbOperation[] = Object.entries(LOCAL).flatMap(([name, kind]) =>
  ['', 'IS', 'OS'].map((scope) => ({ ...kind, name: `${name}${scope}`, broadcast: scope !== '' })),
);

/** `args[0]` of the instruction is the index here. */
export const TLB_OPERATIONS: readonly TlbOperation[] = [
  ...SCOPED,
  { name: 'PAALL', states: EL3_ONLY, broadcast: false, operand: false, drop: dropGranules },
  { name: 'PAALLOS', states: EL3_ONLY, broadcast: true, operand: false, drop: dropGranules },
  { name: 'RPAOS', states: EL3_ONLY, broadcast: true, operand: true, drop: dropRange(false) },
  { name: 'RPALOS', states: EL3_ONLY, broadcast: true, operand: true, drop: dropRange(true) },
];

function invalidate(core: ArmCore, operation: TlbOperation, operand: bigint): void {
  const targets = operation.broadcast ? (core.machine.cores as readonly ArmCore[]) : [core];
  const dropped = targets.reduce((sum, target) => sum + operation.drop(target, core, operand), 0);
  core.machine.memory.epoch++; // pages found through the dropped entries must be looked up again
  core.emit({ kind: 'tlb_maintenance', operation: operation.name, from: core.state, operand, dropped });
}

export const TLB_INSTRUCTIONS: readonly InstructionRow[] = [
  {
    name: 'tlbi',
    summary: 'Invalidates cached translations (ALLE2, VAE3IS, …) or cached granule protection information (PAALLOS, RPALOS, …).',
    section: 'Arm ARM C5.5, TLBI',
    operands: [
      { name: 'operation', kind: 'option', options: Object.fromEntries(TLB_OPERATIONS.map((row, i) => [row.name, i])) },
      { name: 'operand', kind: 'value', optional: true },
    ],
    execute(core, args) {
      const operation = TLB_OPERATIONS[Number(args[0])];
      if (((operation.states >> core.state) & 1) === 1) invalidate(core as ArmCore, operation, args[1] ?? 0n);
      else core.fault ??= core.undefinedFault(`TLBI ${operation.name} is undefined in ${core.architecture.states[core.state].name}`);
      return undefined;
    },
  },
];
