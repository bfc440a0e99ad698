/** All breakpoints of a session, by who set them. They outlive the program: a restart binds them to the new one. */
import type { Debuggee } from '../debuggee.ts';
import type { StopSet } from '../engine/engine.ts';
import type { Breakpoint } from './breakpoint.ts';
import type { Printer } from './gate.ts';

export class BreakpointStore {
  private lastId = 0;
  private lastStop = 0;
  private readonly groups = new Map<string, readonly Breakpoint[]>();
  private readonly owners = new Map<number, Breakpoint>();

  get all(): readonly Breakpoint[] {
    return [...this.groups.values()].flat();
  }

  nextId(): number {
    return ++this.lastId;
  }

  /** Replaces what was set before under the same key: a source, or one of the other lists. */
  set(key: string, breakpoints: readonly Breakpoint[], debuggee: Debuggee, print: Printer): void {
    for (const breakpoint of breakpoints) breakpoint.bind(debuggee, print);
    this.groups.set(key, breakpoints);
  }

  rebind(debuggee: Debuggee, print: Printer): void {
    for (const breakpoint of this.all) breakpoint.bind(debuggee, print);
  }

  /** What the engine must look for now; `chosen` leaves some out. */
  stops(chosen: (breakpoint: Breakpoint) => boolean = () => true): StopSet {
    this.owners.clear();
    const sets = this.all.filter(chosen).map((breakpoint) =>
      breakpoint.stops(() => {
        this.owners.set(++this.lastStop, breakpoint);
        return this.lastStop;
      }),
    );
    const data = sets.flatMap((set) => set.data ?? []);
    return { words: sets.flatMap(({ words }) => words), events: sets.flatMap(({ events }) => events), ...(data.length > 0 && { data }) };
  }

  /** The breakpoint that a stop of the last set belongs to. */
  owner(stopId: number): Breakpoint | undefined {
    return this.owners.get(stopId);
  }
}
