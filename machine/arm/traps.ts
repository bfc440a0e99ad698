/**
 * Which uses of system registers and system instructions a control traps to a higher level, by the names of the manual.
 * Arm ARM DDI0487 M.a.a, D1.5 (controls of EL1 and EL0, of EL2, of EL3) and D24.2 (HCR_EL2, SCTLR_EL1, CPTR_ELx, MDCR_ELx).
 */
import { bits } from './bits.ts';
import type { ArmCore } from './core.ts';
import type { TrapFault } from './fault.ts';
import { R, REGISTERS, type RegisterName } from './registers/index.ts';
import { generalTarget } from './routing.ts';
import { HCR_FMO, HCR_IMO } from './signals.ts';
import { LEVEL_OF_STATE } from './states.ts';
import { encodingOf, TLBI_OF_EL1 } from './system-instructions.ts';

export interface TrapRow {
  /** Register and field: `HCR_EL2.TVM`. A control of EL2 works where EL2 is enabled. */
  readonly control: string;
  /** Value of the field that traps, 1 unless said. */
  readonly value?: number;
  /** Registers, or instructions as `TLBI VAE1`. */
  readonly what: readonly string[];
  /** Reads or writes alone, both unless said. */
  readonly only?: 'read' | 'write';
  /** Levels whose use is trapped. Where a row applies, it does before the use is found to be undefined. */
  readonly from: readonly number[];
  /** 1 means EL2 while HCR_EL2.TGE hosts EL0. */
  readonly to: 1 | 2 | 3;
  /** A bit of HCR_EL2 that gives EL1 a virtual register instead, which is not trapped. */
  readonly unlessVirtual?: number;
}

/** Registers that say how EL1 translates. D24.2, HCR_EL2.TVM. */
const TRANSLATION = [
  'SCTLR_EL1',
  'TTBR0_EL1',
  'TTBR1_EL1',
  'TCR_EL1',
  'ESR_EL1',
  'FAR_EL1',
  'AFSR0_EL1',
  'AFSR1_EL1',
  'MAIR_EL1',
  'AMAIR_EL1',
  'CONTEXTIDR_EL1',
];

/** ID group 3: what describes features. D1.5, "ID group 3". */
export const ID_GROUP_3 = REGISTERS.map((row) => row.name).filter((name) => name.startsWith('ID_AA64'));
const ID_GROUP_1 = ['REVIDR_EL1', 'AIDR_EL1'];
const CACHE_SIZES = ['CCSIDR_EL1', 'CLIDR_EL1', 'CSSELR_EL1'];
const IDENTITIES = ['MIDR_EL1', 'MPIDR_EL1', 'REVIDR_EL1', 'AIDR_EL1', 'CCSIDR_EL1', 'CLIDR_EL1'];

const timer = (name: string) => ['TVAL', 'CTL', 'CVAL'].map((part) => `${name}_${part}_EL0`);
const icc = (...names: readonly string[]) => names.map((name) => `ICC_${name}_EL1`);
/** Registers of the GIC CPU interface by group. IHI 0069H.b, 12.4.4 (ICH_HCR_EL2). */
const GROUP_0 = icc('IAR0', 'EOIR0', 'HPPIR0', 'BPR0', 'AP0R0', 'IGRPEN0');
const GROUP_1 = icc('IAR1', 'EOIR1', 'HPPIR1', 'BPR1', 'AP1R0', 'IGRPEN1');
const SGI = icc('SGI0R', 'SGI1R', 'ASGI1R');

const tlbi = (...scopes: readonly string[]) => scopes.flatMap((scope) => TLBI_OF_EL1.map((name) => `TLBI ${name}${scope}`));
const dc = (...names: readonly string[]) => names.map((name) => `DC ${name}`);

/** Those of one use are tried in this order: the lowest level that traps it wins. */
export const TRAPS: readonly TrapRow[] = [
  { control: 'ID_AA64MMFR2_EL1.IDS', what: [...ID_GROUP_3, ...IDENTITIES], only: 'read', from: [0], to: 1 },
  { control: 'SCTLR_EL1.UMA', value: 0, what: ['DAIF'], from: [0], to: 1 },
  { control: 'SCTLR_EL1.UCT', value: 0, what: ['CTR_EL0'], from: [0], to: 1 },
  { control: 'SCTLR_EL1.UCI', value: 0, what: dc('CVAC', 'CVAU', 'CIVAC'), from: [0], to: 1 },
  { control: 'SCTLR_EL1.DZE', value: 0, what: dc('ZVA'), from: [0], to: 1 },
  { control: 'HCR_EL2.TID1', what: ID_GROUP_1, only: 'read', from: [1], to: 2 },
  { control: 'HCR_EL2.TID2', what: CACHE_SIZES, from: [1], to: 2 },
  { control: 'HCR_EL2.TID2', what: ['CTR_EL0'], only: 'read', from: [0, 1], to: 2 },
  { control: 'HCR_EL2.TID3', what: ID_GROUP_3, only: 'read', from: [1], to: 2 },
  { control: 'HCR_EL2.TID4', what: CACHE_SIZES, from: [1], to: 2 },
  { control: 'HCR_EL2.TVM', what: TRANSLATION, only: 'write', from: [1], to: 2 },
  { control: 'HCR_EL2.TRVM', what: TRANSLATION, only: 'read', from: [1], to: 2 },
  { control: 'HCR_EL2.TACR', what: ['ACTLR_EL1'], from: [1], to: 2 },
  { control: 'HCR_EL2.TERR', what: ['ERRIDR_EL1'], from: [1], to: 2 },
  { control: 'HCR_EL2.TDZ', what: dc('ZVA'), from: [0, 1], to: 2 },
  { control: 'HCR_EL2.TPCP', what: dc('IVAC'), from: [1], to: 2 },
  { control: 'HCR_EL2.TPCP', what: dc('CVAC', 'CIVAC'), from: [0, 1], to: 2 },
  { control: 'HCR_EL2.TPU', what: dc('CVAU'), from: [0, 1], to: 2 },
  { control: 'HCR_EL2.TOCU', what: dc('CVAU'), from: [0, 1], to: 2 },
  { control: 'HCR_EL2.TTLB', what: tlbi('', 'IS', 'OS'), from: [1], to: 2 },
  { control: 'HCR_EL2.TTLBIS', what: tlbi('IS'), from: [1], to: 2 },
  { control: 'HCR_EL2.TTLBOS', what: tlbi('OS'), from: [1], to: 2 },
  { control: 'CPTR_EL2.TCPAC', what: ['CPACR_EL1'], from: [1], to: 2 },
  { control: 'MDCR_EL2.TDA', what: ['MDSCR_EL1', 'MDCCINT_EL1'], from: [1], to: 2 },
  { control: 'MDCR_EL2.TPM', what: ['PMCR_EL0'], from: [1], to: 2 },
  { control: 'MDCR_EL2.TPMCR', what: ['PMCR_EL0'], from: [1], to: 2 },
  { control: 'CNTKCTL_EL1.EL0PTEN', value: 0, what: timer('CNTP'), from: [0], to: 1 },
  { control: 'CNTKCTL_EL1.EL0VTEN', value: 0, what: timer('CNTV'), from: [0], to: 1 },
  { control: 'CNTKCTL_EL1.EL0PCTEN', value: 0, what: ['CNTPCT_EL0'], from: [0], to: 1 },
  { control: 'CNTKCTL_EL1.EL0VCTEN', value: 0, what: ['CNTVCT_EL0'], from: [0], to: 1 },
  { control: 'CNTHCTL_EL2.EL1PCEN', value: 0, what: timer('CNTP'), from: [0, 1], to: 2 },
  { control: 'CNTHCTL_EL2.EL1PCTEN', value: 0, what: ['CNTPCT_EL0'], from: [0, 1], to: 2 },
  { control: 'HCR_EL2.FMO', what: SGI, from: [1], to: 2 },
  { control: 'HCR_EL2.IMO', what: SGI, from: [1], to: 2 },
  { control: 'ICH_HCR_EL2.TC', what: [...icc('PMR', 'RPR', 'CTLR', 'DIR'), ...SGI], from: [1], to: 2 },
  { control: 'ICH_HCR_EL2.TALL0', what: GROUP_0, from: [1], to: 2 },
  { control: 'ICH_HCR_EL2.TALL1', what: GROUP_1, from: [1], to: 2 },
  { control: 'ICH_HCR_EL2.TDIR', what: icc('DIR'), from: [1], to: 2 },
  { control: 'SCR_EL3.FIQ', what: GROUP_0, from: [1, 2], to: 3, unlessVirtual: HCR_FMO },
  { control: 'SCR_EL3.IRQ', what: GROUP_1, from: [1, 2], to: 3, unlessVirtual: HCR_IMO },
  { control: 'SCR_EL3.TERR', what: ['ERRIDR_EL1'], from: [1, 2], to: 3 },
  { control: 'CPTR_EL3.TCPAC', what: ['CPACR_EL1'], from: [1, 2], to: 3 },
  { control: 'CPTR_EL3.TCPAC', what: ['CPTR_EL2'], from: [2], to: 3 },
  { control: 'MDCR_EL3.TDA', what: ['MDSCR_EL1', 'MDCCINT_EL1'], from: [1, 2], to: 3 },
  { control: 'MDCR_EL3.TPM', what: ['PMCR_EL0'], from: [1, 2], to: 3 },
];

/** A row with its control looked up. */
interface Trap extends TrapRow {
  readonly encoding: readonly number[];
  readonly register: number;
  readonly high: number;
  readonly low: number;
}

function compiled(row: TrapRow, what: string): Trap {
  const [register, name] = row.control.split('.') as [RegisterName, string];
  const field = REGISTERS[R[register]]?.fields?.find((candidate) => candidate.name === name);
  const encoding = what in R ? REGISTERS[R[what as RegisterName]].encoding : encodingOf(what);
  if (field === undefined || encoding === undefined) throw new Error(`the trap of ${what} by ${row.control} names what is not there`);
  return { ...row, encoding, register: R[register], high: field.high, low: field.low };
}

const BY_NAME = new Map<string, Trap[]>();
for (const row of TRAPS) for (const what of row.what) BY_NAME.set(what, [...(BY_NAME.get(what) ?? []), compiled(row, what)]);

/** States (bit i: state i) in which a use of the register may be trapped: all others cost nothing more. */
export const TRAPPED = Uint16Array.from(REGISTERS, ({ name }) =>
  LEVEL_OF_STATE.reduce((mask, el, state) => (BY_NAME.get(name)?.some((row) => row.from.includes(el)) ? mask | (1 << state) : mask), 0),
);

function applies(trap: Trap, core: ArmCore, write: boolean): boolean {
  if (!trap.from.includes(core.el) || trap.only === (write ? 'read' : 'write')) return false;
  if (trap.control.includes('_EL2.') && !core.el2Enabled) return false;
  if (core.el === 1 && trap.unlessVirtual !== undefined && (core.hcr & trap.unlessVirtual) !== 0) return false;
  return bits(core.regs[trap.register], trap.high, trap.low) === (trap.value ?? 1);
}

/** The trap that a use of `name` runs into now, if any. */
export function trapOf(core: ArmCore, name: string, write: boolean): TrapFault | undefined {
  const trap = BY_NAME.get(name)?.find((row) => applies(row, core, write));
  if (trap === undefined) return undefined;
  const { control, encoding, to } = trap;
  return { kind: 'trap', name, encoding, write, control, target: to === 1 ? generalTarget(core) : to };
}

/** For system instructions (`TLBI VAE1`): sets the fault and returns true if it is trapped. */
export function trapsInstruction(core: ArmCore, name: string): boolean {
  const trap = core.el < 2 ? trapOf(core, name, true) : undefined;
  core.fault ??= trap ?? null;
  return trap !== undefined;
}
