/**
 * What a GIC keeps of each interrupt: SGIs and PPIs (INTID 0 to 31) once for each core, SPIs once for all.
 * GICv3 and GICv4 architecture specification IHI 0069H.b, 2.2 (INTIDs), 4.1 (states), 4.6 (groups).
 */

/** SGIs and PPIs of one core. */
export const PRIVATE = 32;
/** First of the special INTIDs; GICD_TYPER.ITLinesNumber = 7 says that INTIDs below 256 exist. */
export const SPECIAL = 1020;
export const INTIDS = 256;
/** What an acknowledge gives when nothing is pending. 2.2.1. */
export const SPURIOUS = 1023;

/** PPIs of a PE. Base System Architecture DEN 0094, 3.3 (PPI assignments). */
export const PPI_MAINTENANCE = 25;
export const PPI_HYPERVISOR_TIMER = 26;
export const PPI_VIRTUAL_TIMER = 27;
export const PPI_SECURE_TIMER = 29;
export const PPI_PHYSICAL_TIMER = 30;

export const GROUP_0 = 0;
/** Secure group 1. */
export const GROUP_1S = 1;
/** Non-secure group 1. */
export const GROUP_1NS = 2;
export const GROUP_NAMES = ['group 0', 'Secure group 1', 'Non-secure group 1'] as const;

interface Saved {
  readonly bytes: Uint8Array;
  readonly routes: Float64Array;
}

const ARRAYS = 8;
/** GICD_IROUTER.Interrupt_Routing_Mode: any core. */
export const ROUTE_ANY = 2 ** 31;

/** Flat arrays, one element an interrupt, by `index`. */
export class Interrupts {
  private bytes: Uint8Array;
  /** IGROUPR and IGRPMODR. */
  readonly grouped: Uint8Array;
  readonly modified: Uint8Array;
  readonly enabled: Uint8Array;
  /** Pending by an edge or by software. */
  readonly latched: Uint8Array;
  /** The line from the device. */
  readonly level: Uint8Array;
  readonly active: Uint8Array;
  /** Edge-triggered. */
  readonly edge: Uint8Array;
  readonly priority: Uint8Array;
  /** IROUTER of SPIs: affinity, or `ROUTE_ANY`. */
  readonly routes: Float64Array;

  constructor(private readonly cores: number) {
    const count = cores * PRIVATE + INTIDS - PRIVATE;
    this.bytes = new Uint8Array(ARRAYS * count);
    const array = (i: number) => this.bytes.subarray(i * count, (i + 1) * count);
    this.grouped = array(0);
    this.modified = array(1);
    this.enabled = array(2);
    this.latched = array(3);
    this.level = array(4);
    this.active = array(5);
    this.edge = array(6);
    this.priority = array(7);
    this.routes = new Float64Array(count);
    // SGIs are always edge-triggered.
    for (let core = 0; core < cores; core++) this.edge.fill(1, core * PRIVATE, core * PRIVATE + 16);
  }

  get count(): number {
    return this.grouped.length;
  }

  get firstShared(): number {
    return this.cores * PRIVATE;
  }

  /** Where interrupt `intid` is kept, as `core` sees it. */
  index(core: number, intid: number): number {
    return intid < PRIVATE ? core * PRIVATE + intid : this.firstShared + intid - PRIVATE;
  }

  intid(index: number): number {
    return index < this.firstShared ? index % PRIVATE : index - this.firstShared + PRIVATE;
  }

  /** Number of the core that it is sent to, -1 if there is none such. */
  target(index: number): number {
    if (index < this.firstShared) return Math.floor(index / PRIVATE);
    const route = this.routes[index];
    // Any core may take it: always the first, so that runs repeat.
    if (route >= ROUTE_ANY) return 0;
    return route < this.cores ? route : -1;
  }

  /** {IGRPMODR, IGROUPR}: 00 group 0, 10 Secure group 1, x1 Non-secure group 1. 4.6.1. */
  group(index: number): number {
    if (this.grouped[index] === 1) return GROUP_1NS;
    return this.modified[index] === 1 ? GROUP_1S : GROUP_0;
  }

  pending(index: number): boolean {
    return this.latched[index] === 1 || (this.edge[index] === 0 && this.level[index] === 1);
  }

  save(): Saved {
    return { bytes: this.bytes.slice(), routes: this.routes.slice() };
  }

  restore(state: unknown): void {
    const { bytes, routes } = state as Saved;
    this.bytes.set(bytes);
    this.routes.set(routes);
  }
}
