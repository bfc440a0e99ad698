/**
 * A machine at play, and what observes it: the ledger, which hears of every crossing, and whoever watches for something.
 * Playing is silent: nothing else learns of it.
 */
import type { Program, WordInfo } from '../../language/index.ts';
import type { Core, Event, Machine } from '../../machine/index.ts';
import { Crossings } from './crossings.ts';
import { upcoming } from './eye.ts';
import type { Checkpoint } from './history.ts';
import { give, type InputLog } from './inputs.ts';
import { type Context, type CoreContexts, initialLedger, type Ledger } from './ledger.ts';
import { EVENT_KINDS, kindIndex, kindMask } from './summary.ts';

/** Follows what each step does to data. */
export interface StepWatch {
  before(): void;
  /** The step is done; inputs of where it led are still to be given. */
  after(): void;
  /** Whether it did something that somebody is to look at. */
  happened(): boolean;
  /** The machine was moved, or changed by hand. */
  refresh(): void;
  transferred(event: Extract<Event, { kind: 'dma' }>): void;
}

/** Looks at a position that was just reached; anything but `undefined` ends the movement there. */
export interface Watch<T> {
  /** Whether it looks at every position, or only where a word is marked or an armed event was raised. */
  readonly every: boolean;
  /** Event kinds it waits for, by bit. */
  readonly mask: number;
  /** Accesses that it waits for. */
  readonly data?: StepWatch | undefined;
  /** `core`: whose step is next, and its word. */
  look(core?: Core, word?: WordInfo | null): T | undefined;
}

const CROSSING = kindMask(['exception_entry', 'exception_return', 'core_power']);
const INTERRUPT = kindMask(['interrupt']);

export abstract class Player {
  readonly machine: Machine;
  ledger: Ledger;
  /** Events raised so far. */
  events = 0;
  /** Events of the step just done that the watch waits for. */
  readonly raised: Event[] = [];
  /** Inputs of the run, and how many of them have been given. */
  abstract readonly inputs: InputLog;
  given = 0;
  /** Core that did the step just done. */
  stepped: Core | undefined;
  /** Events by kind since they were cleared. */
  protected readonly counts = new Uint32Array(EVENT_KINDS.length);
  private readonly crossings: Crossings;
  private readonly crossed: Event[] = [];
  private mask = 0;
  private data: StepWatch | undefined;
  /** Step of the input to be given next. */
  private due = Number.POSITIVE_INFINITY;
  /** Whether what happens is the user's doing, and no event of the run. */
  private silent = false;
  /** Word that the step executes, or has just executed. */
  word: WordInfo | null = null;

  constructor(readonly program: Program) {
    this.machine = program.createMachine();
    this.crossings = new Crossings(program, this.machine);
    this.ledger = initialLedger(this.machine.cores.length);
    this.machine.sink = (event) => this.observe(event);
  }

  get position(): number {
    return this.machine.steps;
  }

  /** The ledger at this very moment, `core` having perhaps gone on, without any event, in a context that waited there. */
  settled(core: Core): Ledger {
    return this.crossings.settled(this.ledger, core);
  }

  /** Who runs on a core, and who waits there. */
  contexts(core: Core): CoreContexts {
    return this.settled(core).cores[core.id];
  }

  /** Contexts that nobody waits for, at this very moment. */
  get parked(): readonly Context[] {
    return this.machine.cores.reduce((ledger, core) => this.crossings.settled(ledger, core), this.ledger).pool;
  }

  checkpoint(): Checkpoint {
    const { machine, ledger, events, given } = this;
    return { step: machine.steps, machine: machine.snapshot(), ledger, events, given };
  }

  load(checkpoint: Checkpoint): void {
    this.machine.restore(checkpoint.machine);
    this.ledger = checkpoint.ledger;
    this.events = checkpoint.events;
    this.given = checkpoint.given;
    this.raised.length = 0;
    this.stepped = undefined;
    this.giveInputs();
  }

  /** Gives the inputs of this very position: it is what the machine is after them. */
  giveInputs(): void {
    const { machine, inputs } = this;
    this.silent = true;
    while (inputs.stepOf(this.given) <= machine.steps) give(machine, inputs.all[this.given++].input);
    this.silent = false;
    this.due = inputs.stepOf(this.given);
  }

  /** Steps up to `end`, or to where `watch`, called at every position that it is about but the first, says. */
  play<T>(end: number, watch?: Watch<T>): T | undefined {
    const { machine, raised, crossed } = this;
    const data = watch?.data;
    this.data = data;
    this.mask = watch?.mask ?? 0;
    data?.refresh();
    let looks = false;
    for (;;) {
      const core = machine.next;
      const word = core === undefined ? null : upcoming(core);
      if (looks && watch !== undefined) {
        if (watch.every || raised.length > 0 || (word !== null && word.mark !== 0) || (data?.happened() ?? false)) {
          const found = watch.look(core, word);
          if (found !== undefined) return found;
        }
      }
      if (core === undefined || machine.steps >= end) return undefined;
      looks = true;
      if (raised.length > 0) raised.length = 0;
      this.stepped = core;
      this.word = word;
      this.crossings.before(core, word);
      data?.before();
      machine.step();
      if (crossed.length > 0) this.follow(core, word);
      else if (word !== null) this.ledger = this.crossings.wait(this.ledger, core, word);
      data?.after();
      if (machine.steps < this.due) continue;
      this.giveInputs();
      data?.refresh();
    }
  }

  /** One step; the inputs of where it leads are not given yet. */
  playOne(): void {
    const { due } = this;
    this.due = Number.POSITIVE_INFINITY;
    this.play(this.position + 1);
    this.due = due;
  }

  /** What the events of the run are kept by, while it grows. */
  protected record(_event: Event, _word: WordInfo | null): void {}

  private observe(event: Event): void {
    if (this.silent) return;
    const index = kindIndex(event.kind);
    const bit = 1 << index;
    this.counts[index]++;
    this.events++;
    this.record(event, this.word);
    if ((bit & CROSSING) !== 0) this.crossed.push(event);
    else if (bit === INTERRUPT) this.crossings.interrupted = true;
    else if (event.kind === 'dma') this.data?.transferred(event);
    if ((bit & this.mask) !== 0) this.raised.push(event);
  }

  /** The ledger hears of a crossing when its step is done: registers, SP and PC are final then. */
  private follow(core: Core, word: WordInfo | null): void {
    for (const event of this.crossed) this.ledger = this.crossings.follow(this.ledger, core, word, event);
    this.crossed.length = 0;
    this.crossings.interrupted = false;
  }
}
