/**
 * A run as an indented text: who calls whom across worlds, and what happened on the way. Compact, a line is an event, a
 * monitor call, or a world that begins or goes on; verbose, every function call is one too.
 */
import type { Program, WordInfo } from '../../language/index.ts';
import { describeEvent, type Event, type EventKind, type Names, peekRegister } from '../../machine/index.ts';
import type { Engine, Frame, Outcome, StopSet, Work } from './engine.ts';
import { EVENT_KINDS } from './summary.ts';

export interface TraceLine {
  /** Steps done when it happened. */
  readonly position: number;
  readonly core: number;
  readonly depth: number;
  readonly text: string;
}

export interface TraceOptions {
  readonly verbose: boolean;
  readonly names: Names;
  /** Steps. */
  readonly limit: number;
}

/** How an event shows: as a line of its own, always or if asked for; as a call; or as the flow that it changed. */
const SHOWN = {
  el_transition: 'never',
  world_switch: 'verbose',
  smc: 'call',
  hvc: 'call',
  svc: 'call',
  register_trap: 'flow',
  interrupt_pending: 'verbose',
  interrupt: 'flow',
  core_power: 'always',
  dma: 'always',
  leak: 'always',
  exception_entry: 'flow',
  exception_return: 'flow',
  gpc_fault: 'always',
  translation_fault: 'always',
  undefined_instruction: 'always',
  illegal_return: 'always',
  unhandled_fault: 'always',
  tlb_maintenance: 'verbose',
  cache_maintenance: 'verbose',
  firmware: 'always',
  expectation_failed: 'always',
  panic: 'always',
  finished: 'always',
  absent: 'always',
} satisfies Record<EventKind, 'always' | 'verbose' | 'never' | 'call' | 'flow'>;

/** Runs to the end, handing each line to `print` as it happens. */
export function* trace(engine: Engine, options: TraceOptions, print: (line: TraceLine) => void): Work<Outcome> {
  const tracer = new Tracer(engine, options, print);
  const stops = tracer.stops();
  const last = engine.position + options.limit;
  tracer.begin();
  for (;;) {
    const outcome = yield* engine.run(stops, last - engine.position);
    if (outcome.kind !== 'stop') {
      tracer.flush();
      return outcome;
    }
    tracer.show(
      outcome.hits.flatMap(({ event }) => (event ? [event] : [])),
      outcome.hits.some(({ event }) => event === undefined),
    );
  }
}

class Tracer {
  /** The line before this one, held back: who goes on says no more than who goes on with what. */
  private held: TraceLine | undefined;

  constructor(
    private readonly engine: Engine,
    private readonly options: TraceOptions,
    private readonly print: (line: TraceLine) => void,
  ) {}

  stops(): StopSet {
    const { program } = this.engine;
    const { verbose } = this.options;
    const kinds = EVENT_KINDS.filter((kind) => SHOWN[kind] !== 'never' && (verbose || SHOWN[kind] !== 'verbose'));
    const calls = [...program.dictionary.values()].filter(({ fn, index }) => fn.kind === 'fn' && index === fn.from);
    return { words: verbose ? [{ id: 0, words: calls }] : [], events: [{ id: 0, kinds }] };
  }

  begin(): void {
    const { next } = this.engine.machine;
    if (next) this.flow(next.id, '');
  }

  /** What the step just done did; `called`: a function begins at the position. */
  show(events: readonly Event[], called: boolean): void {
    const crossing = events.find((event) => SHOWN[event.kind] === 'flow');
    const returned = crossing?.kind === 'exception_return';
    if (crossing && returned) this.flow(crossing.core, this.result(crossing.core));
    for (const event of events) this.event(event, crossing?.kind === 'exception_entry');
    if (crossing && !returned) this.flow(crossing.core, '');
    const { next } = this.engine.machine;
    if (called && next) this.flow(next.id, '');
  }

  /** An event belongs to who ran: below the handler that has been entered by now, if one has. */
  private event(event: Event, entered: boolean): void {
    if (SHOWN[event.kind] === 'flow') return;
    const stack = this.engine.stack(event.core);
    const mine = entered ? stack.slice(stack.findIndex(({ kind }) => kind === 'label') + 1) : stack;
    const [top] = mine;
    const text = SHOWN[event.kind] === 'call' ? this.call(event, top) : describeEvent(event, this.options.names);
    this.line(event.core, mine, top ? `${nameOf(this.engine.program, top)}  ${text}` : text);
  }

  /** `smc RMI_VERSION(0x1_0000)`: the arguments are as many as the caller wrote. */
  private call(event: Event, top: Frame | undefined): string {
    const { architecture } = this.engine.machine;
    const row = architecture.instructions.find(({ name }) => name === event.kind);
    const values = (row?.variadic ?? []).map((name) => {
      const index = architecture.registers.findIndex((register) => register.name === name);
      return top ? peekRegister(architecture, top.registers.regs, index) : 0n;
    });
    const [fid, ...rest] = values.slice(0, Math.max(1, operands(top?.word) - (row?.immediate === undefined ? 0 : 1)));
    const { names } = this.options;
    const called = fid === undefined ? describeEvent(event, names) : names.call(fid);
    return `${event.kind} ${called}(${rest.map((value) => names.address(value)).join(', ')})`;
  }

  /** What a monitor call gave to whom it returned. */
  private result(core: number): string {
    const [top] = this.engine.stack(core);
    const { word, image } = top ?? {};
    const before = word && image?.words[word.index - 1];
    if (before?.role !== 'trap') return '';
    const { architecture } = this.engine.machine;
    const row = architecture.instructions.find(({ name, result }) => result !== undefined && before.text.startsWith(name));
    const index = architecture.registers.findIndex(({ name }) => name === row?.result);
    return index < 0 ? '' : `  → ${this.options.names.call(peekRegister(architecture, top.registers.regs, index))}`;
  }

  /** Who runs now. */
  private flow(core: number, suffix: string): void {
    const stack = this.engine.stack(core);
    const [top] = stack;
    // Verbose, what generated start code calls is a line of its own.
    if (!top || (this.options.verbose && top.fn?.kind === 'start')) return;
    this.line(core, stack, `${nameOf(this.engine.program, top)}${this.options.verbose ? this.parameters(top) : ''}${suffix}`);
  }

  flush(): void {
    if (this.held) this.print(this.held);
    this.held = undefined;
  }

  private parameters({ fn, eye, sp, word }: Frame): string {
    if (fn?.kind !== 'fn' || sp === undefined || word?.index !== fn.from) return '';
    const shown = fn.variables.filter(({ parameter, storage, size }) => parameter && storage === 'frame' && size <= 8);
    const value = ({ offset, size }: (typeof shown)[number]): bigint => BigInt.asUintN(8 * size, eye.local(offset));
    return `(${shown.map((variable) => `${variable.name} = ${this.options.names.address(value(variable))}`).join(', ')})`;
  }

  private line(core: number, stack: readonly Frame[], text: string): void {
    const wanted = this.options.verbose ? 'code' : 'label';
    const depth = stack.filter(({ kind }) => kind === wanted).length - (this.options.verbose ? 1 : 0);
    const line = { position: this.engine.position, core, depth: Math.max(0, depth), text };
    const { held } = this;
    if (held?.core !== core || held.depth !== line.depth || !text.startsWith(`${held.text}  `)) this.flush();
    this.held = line;
  }
}

/** Generated start code goes by the name of what it starts. */
function nameOf(program: Program, { fn, core, text }: Frame): string {
  if (fn?.kind !== 'start') return text;
  const entry = program.entries.find(({ core: id, word }) => id === core && word.image === fn.image);
  return entry ? `${fn.image}.${entry.word.fn.name}` : text;
}

/** Operands in the text of a word: what commas outside brackets separate. */
function operands(word: WordInfo | undefined): number {
  let depth = 0;
  let count = 1;
  for (const char of word?.text ?? '') {
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ',' && depth === 0) count++;
  }
  return count;
}
