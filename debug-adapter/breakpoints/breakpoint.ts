/** A breakpoint of any kind: where it stops, and on what conditions. It is bound to a program, and bound again to the next. */
import type { DebugProtocol } from '@vscode/debugprotocol';
import type { SourceRange, WordInfo } from '../../language/index.ts';
import { EVENTS, type Event, type EventKind, type EventRow, type Eye } from '../../machine/index.ts';
import type { Client } from '../client.ts';
import type { Debuggee } from '../debuggee.ts';
import type { DataStop, EventStop, StopSet, WordStop } from '../engine/engine.ts';
import type { DataTarget } from './data.ts';
import { type Gate, openGates, type Printer } from './gate.ts';
import { Hits } from './hits.ts';

/** Also the reason of a stop there, where the event does not give one. */
export type BreakpointKind = 'breakpoint' | 'function breakpoint' | 'instruction breakpoint' | 'data breakpoint' | 'event';

/** What the user asked for beyond the place. */
export interface Wish {
  readonly condition?: string;
  readonly hitCondition?: string;
  readonly logMessage?: string;
}

export interface EventTarget {
  readonly kinds: readonly EventKind[];
  /** Name of the firmware event whose fields conditions see. */
  readonly firmwareEvent?: string;
  matches?(event: Event): boolean;
}

/** Where a breakpoint would stop. Nowhere: `problem` says why. */
export interface Found {
  readonly words: readonly WordInfo[];
  /** Stops on this core only. */
  readonly core?: number;
  readonly events: readonly EventTarget[];
  readonly data?: readonly DataTarget[];
  readonly at?: SourceRange;
  readonly reference?: string;
  readonly problem?: string;
}

export const nothing = (problem: string): Found => ({ words: [], events: [], problem });

export class Breakpoint {
  private found: Found = nothing('There is no program yet.');
  private gates: readonly Gate[] = [];
  private problem: string | undefined;
  hits: Hits | undefined;

  constructor(
    readonly id: number,
    readonly kind: BreakpointKind,
    readonly wish: Wish,
    private readonly find: (debuggee: Debuggee) => Found,
    /** What was asked for, to know it again when it is asked for again. */
    readonly asked: string = '',
  ) {}

  /** Whether it stops on nothing but faults. */
  get onlyFaults(): boolean {
    const { words, events, data = [] } = this.found;
    return (
      words.length + data.length === 0 && events.every(({ kinds }) => kinds.every((kind) => (EVENTS[kind] as EventRow).fault === true))
    );
  }

  /** What a data breakpoint watches. */
  get data(): DataTarget | undefined {
    return this.found.data?.[0];
  }

  /** Without hits to go on with, they count from here. */
  bind(debuggee: Debuggee, print: Printer, hits?: Hits): void {
    const { position, here } = debuggee.engine;
    this.hits = hits ?? new Hits(position, here.run);
    this.found = this.find(debuggee);
    const gates =
      this.found.problem === undefined ? openGates(debuggee, this.wish, this.found, print, this.hits) : { problem: this.found.problem };
    this.problem = 'problem' in gates ? gates.problem : undefined;
    this.gates = 'problem' in gates ? [] : gates;
  }

  /** Whether it makes a difference how often it was hit. */
  get counts(): boolean {
    return this.wish.hitCondition !== undefined && this.gates.length > 0;
  }

  /** What the engine must look for; the owner of the ids finds this breakpoint by them. */
  stops(nextId: () => number): StopSet {
    return this.watched(nextId, (gate, eye, event) => gate.passes(eye, event));
  }

  /** The same places, to count hits without stopping at any. */
  counting(): StopSet {
    return this.watched(
      () => 0,
      (gate, eye, event) => {
        gate.note(eye, event);
        return false;
      },
    );
  }

  private watched(nextId: () => number, passes: (gate: Gate, eye: Eye, event?: Event) => boolean): StopSet {
    const { core } = this.found;
    const here = (of: number): boolean => core === undefined || of === core;
    const words: WordStop[] = [];
    const events: EventStop[] = [];
    const data: DataStop[] = [];
    for (const gate of this.gates) {
      const { word, target } = gate;
      if (word) words.push({ id: nextId(), words: [word], core, condition: (eye) => passes(gate, eye) });
      if (target) {
        const condition: EventStop['condition'] = (event, eye) =>
          here(event.core) && (target.matches?.(event) ?? true) && passes(gate, eye, event);
        events.push({ id: nextId(), kinds: target.kinds, condition });
      }
      if (gate.data) {
        const { access, watched } = gate.data;
        data.push({ id: nextId(), access, on: watched, condition: (hit, eye) => here(hit.core) && passes(gate, eye) });
      }
    }
    return { words, events, ...(data.length > 0 && { data }) };
  }

  toProtocol(client: Client): DebugProtocol.Breakpoint {
    const { at, reference } = this.found;
    return {
      id: this.id,
      verified: this.problem === undefined,
      ...(this.problem !== undefined && { message: this.problem, reason: 'failed' as const }),
      ...(at && { source: client.source(at.uri), ...client.place(at) }),
      ...(reference && { instructionReference: reference }),
    };
  }
}
