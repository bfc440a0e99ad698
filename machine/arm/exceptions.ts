/**
 * Which exception a fault becomes, and what is said about it; where it is taken stands in routing.ts.
 * Arm ARM DDI0487 M.a.a, D1.4 and D24.2.47 (syndromes).
 */
import type { EventBody } from '../core/event.ts';
import type { Transfer } from '../core/word.ts';
import type { AbortFault, AbortStatus, ArmFault } from './fault.ts';
import { hex } from './format.ts';
import { gpiName } from './gpi.ts';
import { EC } from './registers/syndrome-fields.ts';
import { abortRoute, generalTarget, SCR, type Source, scr } from './routing.ts';
import { stateAt, WORLD_OF_STATE } from './states.ts';
import { abortSyndrome, faultingIntermediateAddress, faultingPhysicalAddress, gpcSyndrome, syndrome, systemSyndrome } from './syndrome.ts';
import { OFFSET_SERROR, OFFSET_SYNC } from './vectors.ts';
import { SPACES } from './worlds.ts';

export interface Exception {
  /** Exception level it is taken to. */
  readonly target: number;
  /** ESR; IRQ and FIQ leave it as it is. */
  readonly syndrome?: bigint;
  /** As events name it: `SMC`, `data abort`. */
  readonly cause: string;
  /** Which of the four kinds of vector: synchronous unless routed to that of SError. */
  readonly offset: number;
  /** FAR, where the exception defines it. */
  readonly far?: bigint;
  /** MFAR_EL3, for GPC exceptions. */
  readonly mfar?: bigint;
  /** HPFAR_EL2, where the exception has an intermediate physical address. */
  readonly hpfar?: bigint;
}

function gpcException(fault: AbortFault, source: Source): Exception {
  const external = fault.gpc?.code === 'external';
  return {
    target: 3,
    syndrome: gpcSyndrome(fault),
    cause: 'GPC exception',
    offset: external && scr(source, SCR.EASE) ? OFFSET_SERROR : OFFSET_SYNC,
    far: fault.access.va,
    mfar: fault.gpc && faultingPhysicalAddress(fault.gpc.pa, fault.gpc.space),
    hpfar: faultingIntermediateAddress(fault),
  };
}

function abortException(fault: AbortFault, source: Source, transfer: Transfer | undefined): Exception {
  const { target, gpc } = abortRoute(fault, source);
  if (gpc) return gpcException(fault, source);
  return {
    target,
    syndrome: abortSyndrome(fault, { sameLevel: target === source.el, target, transfer }),
    cause: fault.access.kind === 'fetch' ? 'instruction abort' : 'data abort',
    offset: fault.status === 'external' && target === 3 && scr(source, SCR.EASE) ? OFFSET_SERROR : OFFSET_SYNC,
    far: fault.access.va,
    hpfar: faultingIntermediateAddress(fault),
  };
}

/** Rt of a word that moves no general register to or from the system register. */
const ZERO_REGISTER = 31;

/** The exception that `fault` of a word makes; `transfer`: what the word moves, as syndromes describe it. */
export function exceptionOf(fault: ArmFault, source: Source, transfer?: Transfer): Exception {
  if (fault.kind === 'abort') return abortException(fault, source, transfer);
  if (fault.kind === 'trap') {
    const rt = transfer?.system === undefined ? ZERO_REGISTER : transfer.register;
    const cause = `trapped ${fault.write ? 'write' : 'read'} of ${fault.name}`;
    return { target: fault.target, syndrome: systemSyndrome(fault.encoding, fault.write, rt), cause, offset: OFFSET_SYNC };
  }
  const here = { target: generalTarget(source), offset: OFFSET_SYNC };
  switch (fault.kind) {
    case 'undefined':
      return { ...here, syndrome: syndrome(EC.EC_UNKNOWN, 0), cause: 'undefined instruction' };
    case 'illegalState':
      return { ...here, syndrome: syndrome(EC.EC_ILLEGAL_STATE, 0), cause: 'illegal execution state' };
    case 'pcAlignment':
      return { ...here, syndrome: syndrome(EC.EC_PC_ALIGNMENT, 0), cause: 'PC alignment fault', far: fault.access.va };
    case 'spAlignment':
      return { ...here, syndrome: syndrome(EC.EC_SP_ALIGNMENT, 0), cause: 'SP alignment fault' };
  }
}

const PROBLEMS: Readonly<Record<AbortStatus, string>> = {
  translation: 'translation fault',
  accessFlag: 'access flag fault',
  permission: 'permission fault',
  addressSize: 'address size fault',
  alignment: 'alignment fault',
  external: 'synchronous external abort',
  gpc: 'granule protection fault',
};

/** `read`, `write`, `instruction fetch`, or what a walk for one of them read. */
export function accessText(fault: AbortFault): string {
  const kind = fault.access.kind === 'fetch' ? 'instruction fetch' : fault.access.kind;
  return fault.walk ? `table walk for ${kind}` : kind;
}

function abortProblem(fault: AbortFault): string {
  const levelled = fault.walk || !['alignment', 'external'].includes(fault.status);
  return `${fault.stage === 2 ? 'stage 2 ' : ''}${PROBLEMS[fault.status]}${fault.walk ? ' on a table walk' : ''}${levelled ? ` at level ${fault.level}` : ''}`;
}

/** The sentence that sums up a fault. */
export function faultSentence(fault: ArmFault): string {
  switch (fault.kind) {
    case 'abort': {
      if (fault.gpc === undefined) return `${accessText(fault)} of ${hex(fault.access.va)}: ${abortProblem(fault)}`;
      const { gpc } = fault;
      const why = gpc.problem === '' ? `granule is ${gpiName(gpc.gpi)}` : gpc.problem;
      return `${accessText(fault)} of ${hex(gpc.pa)} as ${SPACES[gpc.space].name}: ${why}`;
    }
    case 'undefined':
      return fault.problem;
    case 'illegalState':
      return 'PSTATE.IL is 1: an illegal exception return was made before';
    case 'trap':
      return `${fault.write ? 'write' : 'read'} of ${fault.name} is trapped to EL${fault.target} by ${fault.control}`;
    case 'pcAlignment':
      return `PC ${hex(fault.access.va)} is not a multiple of 4`;
    case 'spAlignment':
      return 'SP is not a multiple of 16';
  }
}

/** The event that a fault raises before its exception entry; an illegal execution state has raised its own already. */
export function faultEvent(fault: ArmFault, from: number, pc: bigint): EventBody | null {
  switch (fault.kind) {
    case 'abort': {
      const { access, gpc, level, stage, ipa = 0 } = fault;
      if (gpc === undefined)
        return {
          kind: 'translation_fault',
          va: access.va,
          from,
          access: accessText(fault),
          problem: abortProblem(fault),
          level,
          stage,
          ipa,
        };
      const { pa, space, gpi, problem } = gpc;
      return { kind: 'gpc_fault', pa, va: access.va, from, space, gpi, access: accessText(fault), problem, level: gpc.level };
    }
    case 'undefined':
      return { kind: 'undefined_instruction', pc, from, word: fault.word, problem: fault.problem };
    case 'trap': {
      const { name, write, control, target } = fault;
      return { kind: 'register_trap', register: name, write, control, from, to: stateAt(target, WORLD_OF_STATE[from]) };
    }
    case 'illegalState':
      return null;
    case 'pcAlignment':
    case 'spAlignment':
      return {
        kind: 'translation_fault',
        va: fault.access.va,
        from,
        access: fault.access.kind,
        problem: faultSentence(fault),
        level: 0,
        stage: 1,
        ipa: 0,
      };
  }
}
