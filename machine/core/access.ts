/** An access on its way from a core to DRAM, and the stages that a platform composes to refine it. */
import type { Core } from './core.ts';
import type { Explanation } from './explain.ts';

export type AccessKind = 'read' | 'write' | 'fetch';
/** `frame`: a word's own stack frame; `walk`: a translation table entry; `debug`: the debugger's eyes. */
export type AccessPurpose = 'data' | 'frame' | 'fetch' | 'walk' | 'debug';

export interface Access {
  kind: AccessKind;
  purpose: AccessPurpose;
  /** Virtual address, 64 bits. */
  va: bigint;
  /** Bytes: 1, 2, 4 or 8. */
  size: number;
  /** Physical address once a stage has produced it. */
  pa: number;
  /** Index of the physical address space in `Architecture.spaces`. */
  space: number;
}

/** Why an access, or a word, could not be completed. Architectures extend it with their syndrome. */
export interface Fault {
  readonly kind: string;
  readonly access?: Readonly<Access>;
}

/**
 * The privilege state and registers that a translation reads: a live core, or what the debugger kept of a context when
 * it was left.
 */
export interface RegisterView {
  readonly state: number;
  readonly regs: BigUint64Array;
}

export interface Translation {
  readonly core: Core;
  readonly view: RegisterView;
  /** Whether TLBs are consulted. */
  readonly tlb: boolean;
  /** The debugger's eyes: nothing is filled, no event is raised. */
  readonly peek?: boolean;
  readonly explanation?: Explanation;
}

/** Refines `access` in place or returns the fault. `after` checks an access that the stage itself makes (a walk) by the stages behind it. */
export interface Stage {
  readonly name: string;
  refine(access: Access, translation: Translation, after: (access: Access) => Fault | null): Fault | null;
}

/** Runs `access` through `stages` in order. */
export function refine(stages: readonly Stage[], access: Access, translation: Translation, from = 0): Fault | null {
  for (let i = from; i < stages.length; i++) {
    const fault = stages[i].refine(access, translation, (walk) => refine(stages, walk, translation, i + 1));
    if (fault) return fault;
  }
  return null;
}
