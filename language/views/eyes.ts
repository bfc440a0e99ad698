/** How views see: the memory of an image, flat, without protection and without a trace. */
import type { Architecture, Eye, Fault, Machine } from '../../machine/index.ts';
import type { ImageContext } from '../lower/context.ts';

/** Why something cannot be shown; it stands where the value would. */
export class ViewProblem extends Error {}

/** Too much was asked for: whatever is not shown yet is left out. */
export class Exhausted extends Error {}

/** A place in a physical address space. */
export interface PhysicalPlace {
  /** Index in `Architecture.spaces`. */
  readonly space: number;
  readonly pa: bigint;
}

/** Steps left for one look at all views: it may not take longer than a stop may without being noticed. */
export interface Budget {
  left: number;
}
export const STEPS = 2_000_000;
const DEPTH = 100;

export class ViewEye implements Eye {
  readonly sp = 0n;
  fault: Fault | null = null;
  /** Values of parameters, `let`s and temporaries of the view or function that is being evaluated. */
  frame: bigint[] = [];
  /** What the last function returned. */
  result = 0n;
  private depth = 0;

  constructor(
    readonly machine: Machine,
    /** Physical address of the image, which code finds its statics relative to. */
    readonly pc: bigint,
    readonly image: ImageContext,
    readonly budget: Budget,
  ) {}

  spend(): void {
    if (--this.budget.left < 0) throw new Exhausted('too much to show');
  }

  /** Runs `body` in a frame of its own. */
  within<T>(frame: bigint[], body: () => T): T {
    if (++this.depth > DEPTH) throw new ViewProblem('calls go too deep');
    const outer = this.frame;
    this.frame = frame;
    try {
      return body();
    } finally {
      this.frame = outer;
      this.depth--;
    }
  }

  /** Where an address of the image leads: through one of its windows, or to where it says itself. */
  place(va: bigint): PhysicalPlace {
    const { architecture, state } = this.image;
    for (const [space, window] of windowsOf(this.image, architecture)) {
      if (va >= window) return { space, pa: va - window };
    }
    return { space: architecture.states[state].space, pa: va };
  }

  load(va: bigint, size: number): bigint {
    this.spend();
    const { pa } = this.place(va);
    if (pa > BigInt(Number.MAX_SAFE_INTEGER) || !this.machine.answers(Number(pa), size)) {
      throw new ViewProblem(`no memory at 0x${pa.toString(16)}`);
    }
    if (Number(pa) % 4096 <= 4096 - size) return this.machine.memory.read(Number(pa), size);
    let value = 0n;
    for (let i = 0; i < size; i++) value |= this.machine.memory.read(Number(pa) + i, 1) << BigInt(8 * i);
    return value;
  }

  local(slot: number): bigint {
    return this.frame[slot] ?? 0n;
  }

  /** Views name neither registers nor secrets; the checker sees to it. */
  read(): bigint {
    return 0n;
  }

  secret(): bigint {
    return 0n;
  }
}

const windows = new WeakMap<ImageContext, readonly (readonly [space: number, window: bigint])[]>();

/** Windows of an image, highest first. */
function windowsOf(image: ImageContext, { spaces }: Architecture): readonly (readonly [space: number, window: bigint])[] {
  let known = windows.get(image);
  if (!known) {
    known = spaces
      .flatMap(({ id }, space) => {
        const window = image.window(id as never);
        return window === undefined ? [] : [[space, window] as const];
      })
      .sort(([, a], [, b]) => (a < b ? 1 : -1));
    windows.set(image, known);
  }
  return known;
}
