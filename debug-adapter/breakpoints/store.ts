/** All breakpoints of a session, by who set them. They outlive the program: a restart binds them to the new one. */
import type { Debuggee } from '../debuggee.ts';
import type { StopSet, Work } from '../engine/engine.ts';
import type { Breakpoint } from './breakpoint.ts';
import type { Printer } from './gate.ts';

/** What a breakpoint and the one that replaces it have in common. */
const wishOf = ({ kind, asked }: Breakpoint): string => `${kind} ${asked}`;

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
    const before = new Map<string, Breakpoint[]>();
    for (const known of [...(this.groups.get(key) ?? [])].reverse()) {
      const same = before.get(wishOf(known));
      if (same) same.push(known);
      else before.set(wishOf(known), [known]);
    }
    for (const breakpoint of breakpoints) {
      // Clients send the whole list again whenever one changes: the others go on counting.
      breakpoint.bind(debuggee, print, before.get(wishOf(breakpoint))?.pop()?.hits);
    }
    this.groups.set(key, breakpoints);
  }

  rebind(debuggee: Debuggee, print: Printer): void {
    for (const breakpoint of this.all) breakpoint.bind(debuggee, print);
  }

  /** Those that were set before the program came to where the user begins count from there. */
  countFromHere(debuggee: Debuggee, print: Printer): void {
    for (const breakpoint of this.all) if (breakpoint.counts) breakpoint.bind(debuggee, print);
  }

  /** Counts the hits that lie behind the position and that nobody has seen, since the program leapt over them. */
  *count({ engine }: Debuggee): Work<void> {
    const { position, here } = engine;
    const counting = this.all.flatMap((breakpoint) =>
      breakpoint.counts && breakpoint.hits ? [{ breakpoint, hits: breakpoint.hits }] : [],
    );
    for (const { hits } of counting) hits.enter(here.run);
    const behind = counting.filter(({ hits }) => hits.known < position);
    if (behind.length === 0) return;
    const stops = joined(behind.map(({ breakpoint }) => breakpoint.counting()));
    const from = Math.min(...behind.map(({ hits }) => hits.known));
    try {
      yield* engine.seek(from);
      yield* engine.run(stops, position - from);
      for (const { hits } of behind) hits.known = position;
    } finally {
      // Given up or not: the program stands where it stood.
      if (engine.position !== position) for (const _ of engine.seek(position));
    }
  }

  /** The program ran to the position, and every hit on the way was counted. */
  counted({ engine }: Debuggee): void {
    for (const { counts, hits } of this.all) if (counts && hits) hits.known = Math.max(hits.known, engine.position);
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
    return joined(sets);
  }

  /** The breakpoint that a stop of the last set belongs to. */
  owner(stopId: number): Breakpoint | undefined {
    return this.owners.get(stopId);
  }
}

export function joined(sets: readonly StopSet[]): StopSet {
  const data = sets.flatMap((set) => set.data ?? []);
  return { words: sets.flatMap(({ words }) => words), events: sets.flatMap(({ events }) => events), ...(data.length > 0 && { data }) };
}
