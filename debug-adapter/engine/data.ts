/**
 * Stops on data, armed. A core tells of accesses to pages that are watched, and of no others; registers have marks of being
 * written. So what is not touched costs a look at the registers that are watched, a step.
 */
import type { Access, AccessWatch, Core, Event, Machine } from '../../machine/index.ts';
import { PAGE_SIZE } from '../../machine/index.ts';
import type { DataAccess, DataHit, DataStop } from './engine.ts';
import { TagWatch } from './tag-watch.ts';
import { type Cell, pagesOf, realRegister, type Spot } from './touch.ts';

/** An access to a page that is watched. */
interface Note {
  readonly core: number;
  readonly write: boolean;
  readonly pa: number;
  readonly size: number;
  readonly space: number;
  readonly before: bigint | undefined;
}

type On<K extends DataStop['on']['kind']> = Extract<DataStop['on'], { readonly kind: K }>;

interface RegisterWatch {
  readonly stop: DataStop;
  readonly core: Core;
  readonly register: number;
  readonly mask: bigint;
  before: bigint;
}

const FULL = (1n << 64n) - 1n;

export class DataWatch implements AccessWatch {
  /** What the step just done did. */
  readonly found: { readonly stop: DataStop; readonly hit: DataHit }[] = [];
  private notes: Note[] = [];
  private readonly memory: readonly { readonly stop: DataStop; readonly on: On<'memory'> }[];
  private readonly registers: readonly RegisterWatch[];
  private readonly tags: readonly TagWatch[];
  private pages = new Set<number>();
  /** Registers by core whose marks are looked at, and taken off, at every step. */
  private marked: readonly (readonly number[])[] = [];
  /** Of those, the marks that the step just done had left. */
  private readonly fresh: readonly Uint8Array[];
  private stepping = 0;

  /** `unmarked`: where marks that are taken off are kept. */
  constructor(
    private readonly machine: Machine,
    private readonly stops: readonly DataStop[],
    private readonly unmarked: readonly Uint8Array[],
  ) {
    this.fresh = machine.cores.map(({ written }) => new Uint8Array(written.length));
    this.memory = stops.flatMap((stop) => (stop.on.kind === 'memory' ? [{ stop, on: stop.on }] : []));
    this.registers = stops.flatMap((stop) => (stop.on.kind === 'register' ? registersOf(machine, stop, stop.on) : []));
    this.tags = stops.flatMap((stop) =>
      stop.on.kind === 'tag' ? machine.units.map((unit) => new TagWatch(machine, unit, stop, stop.on as On<'tag'>)) : [],
    );
  }

  /** From now on cores tell of accesses. */
  arm(): void {
    this.machine.watch = this;
    this.machine.memory.epoch++;
    this.refresh();
  }

  disarm(): void {
    this.machine.watch = null;
  }

  // ------------------------------------------------------------------ what the machine tells

  accessed(core: Core, { kind, pa, size, space }: Readonly<Access>): boolean {
    if (!this.pages.has(Math.floor(pa / PAGE_SIZE))) return false;
    this.notes.push({ core: core.id, write: kind === 'write', pa, size, space, before: this.peek(space, pa, size) });
    return true;
  }

  dropped(): void {
    this.notes.length = 0;
  }

  /** A DMA master stores without any core. */
  transferred(event: Extract<Event, { kind: 'dma' }>): void {
    if (event.access !== 'write' || !event.allowed || !this.pages.has(Math.floor(event.pa / PAGE_SIZE))) return;
    this.notes.push({ core: event.core, write: true, pa: event.pa, size: 8, space: event.space, before: undefined });
  }

  private peek(space: number, pa: number, size: number): bigint {
    const device = this.machine.deviceAt(pa);
    const access: Access = { kind: 'read', purpose: 'debug', va: BigInt(pa), size, pa, space };
    return device ? device.read(pa - device.from, size, access) : this.machine.readAs(space, pa, size, true);
  }

  // ------------------------------------------------------------------ around a step

  before(): void {
    if (this.notes.length > 0) this.notes = [];
    if (this.found.length > 0) this.found.length = 0;
    this.stepping = this.machine.next?.id ?? 0;
  }

  /** Whether the step just done did something that is waited for. */
  happened(): boolean {
    return this.found.length > 0;
  }

  after(): void {
    const wrote = this.marked.length > 0 && this.takeMarks();
    if (wrote) for (const watch of this.registers) this.lookAtRegister(watch);
    if (this.notes.length > 0) for (const { stop, on } of this.memory) this.lookAtMemory(stop, on);
    if (this.tags.length > 0 && (wrote || this.notes.some(({ write }) => write))) this.lookAtTags();
  }

  private takeMarks(): boolean {
    let any = false;
    for (const { id, written } of this.machine.cores) {
      for (const register of this.marked[id]) {
        this.fresh[id][register] = written[register];
        if (written[register] === 0) continue;
        any = true;
        written[register] = 0;
        this.unmarked[id][register] = 1;
      }
    }
    return any;
  }

  private lookAtRegister(watch: RegisterWatch): void {
    const { stop, core, register, mask, before } = watch;
    if (this.fresh[core.id][register] === 0) return;
    const after = core.regs[register];
    watch.before = after;
    const changed = ((before ^ after) & mask) !== 0n;
    if (stop.access === 'change' && !changed) return;
    this.found.push({ stop, hit: { access: changed ? 'change' : 'write', core: core.id, register, before, after } });
  }

  private lookAtMemory(stop: DataStop, on: On<'memory'>): void {
    for (const note of this.notes) {
      const hit = this.hitOf(stop.access, on, note);
      if (!hit) continue;
      this.found.push({ stop, hit });
      return;
    }
  }

  private hitOf(wanted: DataAccess, on: On<'memory'>, note: Note): DataHit | undefined {
    if (wanted === 'read' ? note.write : wanted !== 'readWrite' && !note.write) return undefined;
    if (on.space !== undefined && on.space !== note.space) return undefined;
    const pa = Math.max(on.pa, note.pa);
    const size = Math.min(on.pa + on.size, note.pa + note.size) - pa;
    if (size <= 0) return undefined;
    const part = (value: bigint): bigint => BigInt.asUintN(8 * size, value >> BigInt(8 * (pa - note.pa)));
    const after = part(this.peek(note.space, note.pa, note.size));
    const before = note.before === undefined ? undefined : part(note.before);
    const changed = note.write && before !== after;
    if (wanted === 'change' && !changed) return undefined;
    return { access: changed ? 'change' : note.write ? 'write' : 'read', core: note.core, pa, size, before, after };
  }

  private lookAtTags(): void {
    for (const tags of this.tags) {
      const change = tags.look();
      if (change) this.found.push({ stop: tags.stop, hit: { access: 'change', core: this.stepping, ...change } });
    }
    this.watchSources();
  }

  /** What is compared with is what the machine holds now: it has been moved, or the user has changed it. */
  refresh(): void {
    this.notes = [];
    for (const watch of this.registers) watch.before = watch.core.regs[watch.register];
    for (const tags of this.tags) tags.refresh();
    this.watchSources();
    if (this.marked.length > 0) this.takeMarks();
  }

  /** Pages and registers that may tell. Those that decide a tag may move. */
  private watchSources(): void {
    const spots = this.tags.map(({ spot }) => spot);
    const cells: Cell[] = [...this.memory.map(({ on }) => on), ...spots.flatMap((spot) => spot.cells)];
    const pages = new Set(cells.flatMap(pagesOf));
    if (pages.size > this.pages.size || [...pages].some((page) => !this.pages.has(page))) this.machine.memory.epoch++;
    this.pages = pages;
    const everywhere = new Set(spots.flatMap(({ registers }) => registers));
    const marked = this.machine.cores.map(({ id }) => {
      const own = this.registers.filter(({ core }) => core.id === id).map(({ register }) => register);
      return [...new Set([...own, ...everywhere])];
    });
    this.marked = marked.some(({ length }) => length > 0) ? marked : [];
  }

  // ------------------------------------------------------------------ for searches

  /** Where a stretch must have stored to have done something, as things are now; undefined: a load leaves no trace. */
  spots(): readonly Spot[] | undefined {
    if (this.stops.some(({ on, access }) => on.kind === 'memory' && (access === 'read' || access === 'readWrite'))) return undefined;
    return [
      { cells: this.memory.map(({ on }) => on), registers: [] },
      ...this.registers.map(({ core, register }): Spot => ({ cells: [], registers: [register], core: core.id })),
      ...this.tags.map(({ spot }) => spot),
    ];
  }
}

function registersOf(machine: Machine, stop: DataStop, on: On<'register'>): RegisterWatch[] {
  const { register, mask } = realRegister(machine.architecture, on.register);
  const cores = machine.cores.filter(({ id }) => on.core === undefined || on.core === id);
  return cores.map((core) => ({ stop, core, register, mask: mask & (on.mask ?? FULL), before: core.regs[register] }));
}
