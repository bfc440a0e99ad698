/**
 * How an access explains itself. Explanations are not kept: a word is executed again with an `Explanation` attached, and
 * the stages that refine its accesses write down what they read and why they decided as they did.
 */
import type { Access } from './access.ts';

export interface ExplainedField {
  readonly name: string;
  /** Bit range as manuals write it, e.g. `47:12`. */
  readonly bits: string;
  readonly value: bigint;
  /** The value's name or meaning, if it has one. */
  readonly meaning?: string;
  /** Whether this field decided the outcome. */
  readonly deciding?: boolean;
}

export interface ExplainedEntry {
  readonly kind: 'memory' | 'register' | 'tlb';
  /** `GPT level 1 descriptor`, `TTBR0_EL2`, … */
  readonly name: string;
  /** Physical address of an entry in memory. */
  readonly pa?: number;
  readonly size?: number;
  readonly value: bigint;
  readonly fields: readonly ExplainedField[];
}

export interface ExplainedStep {
  /** The unit that decides: `Stage 1`, `Granule protection check`, … */
  readonly unit: string;
  readonly title: string;
  /** Manual and section that demand it. */
  readonly section: string;
  readonly verdict: 'pass' | 'fault';
  /** One sentence: why. */
  readonly note: string;
  readonly entry?: ExplainedEntry;
}

export interface ExplainedAccess {
  readonly access: Readonly<Access>;
  readonly steps: ExplainedStep[];
  /** The sentence that sums up the fault, if the access faulted. */
  fault?: string;
}

export class Explanation {
  readonly accesses: ExplainedAccess[] = [];

  /** `access` is kept as it is: what the stages make of it is seen here. */
  begin(access: Access): ExplainedAccess {
    const explained: ExplainedAccess = { access, steps: [] };
    this.accesses.push(explained);
    return explained;
  }

  /** Adds a step to the access that was begun last. */
  step(step: ExplainedStep): void {
    this.accesses.at(-1)?.steps.push(step);
  }
}
