/** Why an access or a word could not be completed, before it is known which exception that makes. */
import type { Access, Fault } from '../core/access.ts';

/** The kinds of memory abort, as DFSC and IFSC distinguish them. */
export type AbortStatus = 'translation' | 'accessFlag' | 'permission' | 'addressSize' | 'alignment' | 'external' | 'gpc';

/** How a granule protection check fails. Arm ARM DDI0487 M.a.a, D9.2. */
export type GpcCode = 'addressSize' | 'walk' | 'fault' | 'external';

export interface GpcFailure {
  readonly code: GpcCode;
  /** GPT level, never the level of a translation table. */
  readonly level: 0 | 1;
  /** The GPI that forbade the access, or `GPI_NONE`. */
  readonly gpi: number;
  /** Why, where no GPI decided; empty if one did. */
  readonly problem: string;
  /** Physical address and space that were checked: the access itself, or the table entry that its walk read. */
  readonly pa: number;
  readonly space: number;
}

/** A memory abort; with `gpc` it may become a GPC exception. */
export interface AbortFault extends Fault {
  readonly kind: 'abort';
  readonly access: Readonly<Access>;
  readonly status: AbortStatus;
  /** Level of the translation table entry that decided. */
  readonly level: number;
  /** Whether the access that failed was made to read a translation table. */
  readonly walk: boolean;
  readonly gpc?: GpcFailure;
  /** Translation stage that decided; 1 as well where no stage 2 takes part. */
  readonly stage: 1 | 2;
  /** Input address of stage 2 that faulted, of a stage 2 fault or a failed check of a stage 2 table. */
  readonly ipa?: number;
  /** The space of `ipa`, present in Secure state only, which has two: HPFAR_EL2.NS. */
  readonly ipaSpace?: number;
  /** A stage 2 fault on an access that stage 1 made to read its tables: ESR_EL2.S1PTW. */
  readonly s1ptw: boolean;
  /** Made by a cache maintenance instruction: CM is 1, and WnR with it. */
  readonly maintenance?: boolean;
}

export interface UndefinedFault extends Fault {
  readonly kind: 'undefined';
  readonly problem: string;
  /** The word fetched, 0 if a known instruction is not defined in this state. */
  readonly word: number;
}

export interface AlignmentFault extends Fault {
  readonly kind: 'pcAlignment' | 'spAlignment';
  readonly access: Readonly<Access>;
}

/** PSTATE.IL was set by an illegal exception return. */
export interface IllegalStateFault extends Fault {
  readonly kind: 'illegalState';
}

/** A system register or instruction whose use a control traps to a higher level. */
export interface TrapFault extends Fault {
  readonly kind: 'trap';
  /** `SCTLR_EL1`, `TLBI VAE1IS`. */
  readonly name: string;
  readonly encoding: readonly number[];
  readonly write: boolean;
  /** As the manual names it: `HCR_EL2.TVM`. */
  readonly control: string;
  /** Exception level it is trapped to. */
  readonly target: number;
}

export type ArmFault = AbortFault | UndefinedFault | AlignmentFault | IllegalStateFault | TrapFault;

export function abort(access: Readonly<Access>, status: AbortStatus, level = 0, more?: Partial<AbortFault>): AbortFault {
  return { kind: 'abort', access: { ...access }, status, level, walk: false, stage: 1, s1ptw: false, ...more };
}
