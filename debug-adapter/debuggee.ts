/** The program being debugged, at a stop: what one request finds out and the next one asks about. */
import type { Program } from '../language/index.ts';
import type { Architecture, Event, Names, TagRange } from '../machine/index.ts';
import { StatementTable } from './breakpoints/statements.ts';
import type { Engine, Frame, RunFile } from './engine/engine.ts';
import { RequestError } from './errors.ts';
import type { Handles } from './handles.ts';
import { AddressBook } from './memory/addresses.ts';
import { namesOf } from './names.ts';
import type { LaunchAttributes } from './protocol.ts';
import type { Expandable } from './variables/expandable.ts';
import { tagsNow } from './views/tags.ts';

/** Why and where the program stopped. */
export interface Stop {
  /** One of the protocol's words, or one of ours. */
  readonly reason: string;
  readonly core: number;
  /** One sentence for people. */
  readonly description?: string;
  readonly hitBreakpointIds?: readonly number[];
  /** What happened, where that is why. */
  readonly event?: Event;
  /**
   * Whether the core is in the handler of that event already, but the user is shown where it arose; a step reveals the
   * handler and executes nothing.
   */
  readonly handlerHidden?: boolean;
}

/** What the next stop is compared with. */
interface Before {
  readonly registers: readonly BigUint64Array[];
  readonly tags: readonly TagRange[];
}

export interface FrameEntry {
  readonly id: number;
  readonly frame: Frame;
}

export class Debuggee {
  readonly names: Names;
  readonly statements: StatementTable;
  readonly addresses: AddressBook;
  /** Memory references that the client has read through, and so may be showing. */
  readonly memoryShown = new Set<string>();
  stop: Stop | undefined;
  before: Before | undefined;
  private tagRanges: readonly TagRange[] | undefined;
  private readonly stacks = new Map<number, readonly FrameEntry[]>();

  constructor(
    readonly program: Program,
    readonly engine: Engine,
    readonly launch: LaunchAttributes,
    private readonly handles: {
      readonly frames: Handles<Frame>;
      readonly variables: Handles<Expandable>;
      readonly locations: { clear(): void };
      readonly targets: { clear(): void };
    },
    /** The run that it began with, if it was a saved one. */
    readonly saved?: RunFile,
  ) {
    this.names = namesOf(program);
    this.statements = new StatementTable(program);
    this.addresses = new AddressBook(engine);
  }

  get architecture(): Architecture {
    return this.program.platform.architecture;
  }

  /** The tags of all memory: looked up once a stop, since whoever has terabytes waits for it. */
  get tags(): readonly TagRange[] {
    this.tagRanges ??= tagsNow(this.engine.machine);
    return this.tagRanges;
  }

  /** The frames of a core, youngest first, with numbers that hold until the program goes on. */
  stack(core: number): readonly FrameEntry[] {
    const known = this.stacks.get(core);
    if (known) return known;
    const stack = this.engine.stack(core).map((frame) => ({ id: this.handles.frames.add(frame), frame }));
    this.stacks.set(core, stack);
    return stack;
  }

  /** The core that the protocol calls a thread; its number starts at 1. */
  core(threadId: number): number {
    const core = threadId - 1;
    if (!this.engine.machine.cores[core]) throw new RequestError('unknownThread', `There is no core ${core}.`);
    return core;
  }

  /** Keeps what the next stop is compared with: called before anything moves. */
  leave(): void {
    this.before = this.now();
    this.forget();
  }

  /** Goes somewhere else; if that is given up, nothing has happened. */
  async away(travel: () => Promise<void>): Promise<void> {
    const before = this.now();
    await travel();
    this.before = before;
  }

  arrive(stop: Stop): void {
    this.stop = stop;
    this.forget();
  }

  /** Something was changed by hand: numbers that clients hold still mean what they meant. */
  changed(): void {
    this.tagRanges = undefined;
  }

  private now(): Before {
    const { machine } = this.engine;
    return { registers: machine.cores.map(({ regs }) => regs.slice()), tags: this.tags };
  }

  private forget(): void {
    this.tagRanges = undefined;
    this.stacks.clear();
    this.handles.frames.clear();
    this.handles.variables.clear();
    this.handles.locations.clear();
    this.handles.targets.clear();
  }
}
