/**
 * The GIC's registers in memory: one distributor, and for each core a redistributor of two frames. Non-secure accesses (those
 * of Realm are no other) see Non-secure group 1 only. IHI 0069H.b, 12.9 (GICD), 12.11 (GICR); 4.6 and 4.8.1 for the views.
 */
import type { Access } from '../../core/access.ts';
import type { Gic } from './gic.ts';
import { PRIORITY_MASK } from './gic-cpu.ts';
import { GROUP_0, GROUP_1NS, GROUP_1S, INTIDS, PRIVATE, ROUTE_ANY } from './interrupts.ts';
import { isSecure, MAP, part, RegisterBlock, replacePart } from './mmio.ts';

export const CTLR = 0x0;
export const GICD_TYPER = 0x4;
export const IGROUPR = 0x80;
export const ISENABLER = 0x100;
const ICENABLER = 0x180;
export const ISPENDR = 0x200;
const ICPENDR = 0x280;
const ISACTIVER = 0x300;
const ICACTIVER = 0x380;
export const IPRIORITYR = 0x400;
export const ICFGR = 0xc00;
export const IGRPMODR = 0xd00;
export const GICD_IROUTER = 0x6000;
const GICR_TYPER = 0x8;
export const GICR_WAKER = 0x14;
export const GICR_WAKER_SLEEP = 1 << 1;
const GICR_WAKER_CHILDREN = 1 << 2;
/** The frame of SGIs and PPIs follows that of the redistributor itself, and has the distributor's layout. */
export const SGI_FRAME = 0x1_0000;
export const REDISTRIBUTOR_SIZE = 0x2_0000;
const PIDR2 = 0xffe8;
/** ArchRev = 3. */
const GICV3 = 0x3b;

/** GICD_CTLR: enables of the groups; affinity routing is always on for both Security states. */
export const ENABLE_GRP0 = 1 << 0;
export const ENABLE_GRP1NS = 1 << 1;
export const ENABLE_GRP1S = 1 << 2;
const ARE_S = 1 << 4;
const ARE_NS = 1 << 5;
/** The same as Non-secure software sees it. */
const ENABLE_GRP1A = 1 << 1;
const ARE_NS_VIEW = 1 << 4;

/** ITLinesNumber = 7 (256 INTIDs), two Security states, IDbits = 9. */
const TYPER = BigInt((INTIDS / 32 - 1) | (1 << 10) | (9 << 19));

/** A set of registers with one bit an interrupt. */
interface BitBank {
  readonly from: number;
  /** Only Secure and Root software sees it. */
  readonly secure?: boolean;
  get(gic: Gic, index: number): boolean;
  /** `on`: the bit written; registers that set or clear ignore 0. */
  set(gic: Gic, index: number, on: boolean): void;
}

const enabled = (gic: Gic, index: number) => gic.interrupts.enabled[index] === 1;
const pending = (gic: Gic, index: number) => gic.interrupts.pending(index);
const active = (gic: Gic, index: number) => gic.interrupts.active[index] === 1;

const BANKS: readonly BitBank[] = [
  {
    from: IGROUPR,
    secure: true,
    get: ({ interrupts }, index) => interrupts.grouped[index] === 1,
    set: ({ interrupts }, index, on) => {
      interrupts.grouped[index] = on ? 1 : 0;
    },
  },
  {
    from: IGRPMODR,
    secure: true,
    get: ({ interrupts }, index) => interrupts.modified[index] === 1,
    set: ({ interrupts }, index, on) => {
      interrupts.modified[index] = on ? 1 : 0;
    },
  },
  {
    from: ISENABLER,
    get: enabled,
    set: ({ interrupts }, index, on) => {
      if (on) interrupts.enabled[index] = 1;
    },
  },
  {
    from: ICENABLER,
    get: enabled,
    set: ({ interrupts }, index, on) => {
      if (on) interrupts.enabled[index] = 0;
    },
  },
  { from: ISPENDR, get: pending, set: (gic, index, on) => on && gic.pend(index, 'ISPENDR') },
  { from: ICPENDR, get: pending, set: (gic, index, on) => on && gic.unpend(index) },
  { from: ISACTIVER, get: active, set: (gic, index, on) => on && gic.setActive(index, true) },
  { from: ICACTIVER, get: active, set: (gic, index, on) => on && gic.setActive(index, false) },
];

const BANK_SIZE = 0x80;

/** What distributor and redistributor have in common: banks of registers over a range of interrupts. */
abstract class InterruptBlock extends RegisterBlock {
  constructor(protected readonly gic: Gic) {
    super();
  }

  /** Priorities may be accessed by byte too. */
  override accepts(access: Readonly<Access>): boolean {
    const at = (access.pa - this.from) % SGI_FRAME;
    return (access.size === 1 && access.kind !== 'fetch' && at >= IPRIORITYR && at < IPRIORITYR + INTIDS) || super.accepts(access);
  }

  private visible(index: number, secure: boolean): boolean {
    return secure || this.gic.interrupts.group(index) === GROUP_1NS;
  }

  /** The interrupts of a range that exist in this block: those below 32 are in the redistributors. */
  private indices(core: number, from: number, count: number): readonly number[] {
    const [first, end] = core < 0 ? [PRIVATE, INTIDS] : [0, PRIVATE];
    return Array.from({ length: count }, (_, i) =>
      from + i >= first && from + i < end ? this.gic.interrupts.index(Math.max(0, core), from + i) : -1,
    );
  }

  /** `core` < 0: the distributor. */
  protected readBank(core: number, offset: number, size: number, secure: boolean): bigint {
    const { interrupts } = this.gic;
    if (offset >= IPRIORITYR && offset < IPRIORITYR + INTIDS) {
      const bytes = this.indices(core, offset - IPRIORITYR, size).map((index) => this.priorityOf(index, secure));
      return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
    }
    if (offset >= ICFGR && offset < ICFGR + INTIDS / 4) {
      const indices = this.indices(core, (offset - ICFGR) * 4, 16);
      return bitsOf(indices, 2, 1, (index) => this.visible(index, secure) && interrupts.edge[index] === 1);
    }
    const bank = BANKS.find(({ from }) => offset >= from && offset < from + BANK_SIZE);
    if (bank === undefined || (bank.secure && !secure)) return 0n;
    return bitsOf(
      this.indices(core, (offset - bank.from) * 8, 32),
      1,
      0,
      (index) => this.visible(index, secure) && bank.get(this.gic, index),
    );
  }

  private priorityOf(index: number, secure: boolean): number {
    if (index < 0 || !this.visible(index, secure)) return 0;
    const priority = this.gic.interrupts.priority[index];
    // Non-secure software sees the lower half of the range as if it were all. 4.8.1.
    return secure ? priority : (priority << 1) & 0xff;
  }

  protected writeBank(core: number, offset: number, size: number, value: bigint, secure: boolean): void {
    const { gic } = this;
    const mine = (index: number) => index >= 0 && this.visible(index, secure);
    if (offset >= IPRIORITYR && offset < IPRIORITYR + INTIDS) {
      for (const [i, index] of this.indices(core, offset - IPRIORITYR, size).entries()) {
        const written = Number((value >> BigInt(8 * i)) & 0xffn);
        if (mine(index)) gic.interrupts.priority[index] = (secure ? written : 0x80 | (written >>> 1)) & PRIORITY_MASK;
      }
    } else if (offset >= ICFGR && offset < ICFGR + INTIDS / 4) {
      for (const [i, index] of this.indices(core, (offset - ICFGR) * 4, 16).entries()) {
        if (mine(index) && (core < 0 || offset > ICFGR)) gic.interrupts.edge[index] = Number((value >> BigInt(2 * i + 1)) & 1n);
      }
    } else {
      const bank = BANKS.find(({ from }) => offset >= from && offset < from + BANK_SIZE);
      if (bank === undefined || (bank.secure && !secure)) return;
      for (const [i, index] of this.indices(core, (offset - bank.from) * 8, 32).entries()) {
        if (mine(index)) bank.set(gic, index, ((value >> BigInt(i)) & 1n) === 1n);
      }
    }
    gic.refreshAll();
  }
}

/** A register of one field an interrupt, `stride` bits apart, of which bit `at` is set where `is` says so. */
function bitsOf(indices: readonly number[], stride: number, at: number, is: (index: number) => boolean): bigint {
  return indices.reduce((value, index, i) => (index >= 0 && is(index) ? value | (1n << BigInt(stride * i + at)) : value), 0n);
}

export class GicDistributor extends InterruptBlock {
  readonly id = 'gicd';
  readonly name = 'GIC distributor';
  readonly from = MAP.gicDistributor;
  readonly to = MAP.gicDistributor + 0x1_0000;

  protected override isWide(offset: number): boolean {
    return offset >= GICD_IROUTER && offset < GICD_IROUTER + 8 * INTIDS;
  }

  private isRouter(offset: number): boolean {
    return offset >= GICD_IROUTER + 8 * PRIVATE && this.isWide(offset);
  }

  read(offset: number, size: number, access: Readonly<Access>): bigint {
    const secure = isSecure(access);
    if (offset === CTLR) return BigInt(this.control(secure));
    if (offset === GICD_TYPER) return TYPER;
    if (offset === PIDR2) return BigInt(GICV3);
    if (this.isRouter(offset)) return part(BigInt(this.gic.interrupts.routes[this.routed(offset)]), offset, size);
    return this.readBank(-1, offset, size, secure);
  }

  write(offset: number, size: number, value: bigint, access: Readonly<Access>): void {
    const secure = isSecure(access);
    if (offset === CTLR) this.setControl(Number(value), secure);
    else if (this.isRouter(offset)) this.setRoute(this.routed(offset), offset, size, value, secure);
    else this.writeBank(-1, offset, size, value, secure);
  }

  private control(secure: boolean): number {
    const { forwarded } = this.gic;
    if (!secure) return (forwarded[GROUP_1NS] === 1 ? ENABLE_GRP1A : 0) | ARE_NS_VIEW;
    const enables: readonly (readonly [number, number])[] = [
      [GROUP_0, ENABLE_GRP0],
      [GROUP_1NS, ENABLE_GRP1NS],
      [GROUP_1S, ENABLE_GRP1S],
    ];
    return enables.reduce((set, [group, enable]) => (forwarded[group] === 1 ? set | enable : set), ARE_S | ARE_NS);
  }

  private setControl(value: number, secure: boolean): void {
    const { forwarded } = this.gic;
    forwarded[GROUP_1NS] = (value & (secure ? ENABLE_GRP1NS : ENABLE_GRP1A)) === 0 ? 0 : 1;
    if (secure) {
      forwarded[GROUP_0] = (value & ENABLE_GRP0) === 0 ? 0 : 1;
      forwarded[GROUP_1S] = (value & ENABLE_GRP1S) === 0 ? 0 : 1;
    }
    this.gic.refreshAll();
  }

  private routed(offset: number): number {
    return this.gic.interrupts.index(0, Math.floor((offset - GICD_IROUTER) / 8));
  }

  /** Affinity in bits 23:0 (and 39:32, always 0 here), or bit 31: any core. */
  private setRoute(index: number, offset: number, size: number, value: bigint, secure: boolean): void {
    const { gic } = this;
    if (!secure && gic.interrupts.group(index) !== GROUP_1NS) return;
    const written = replacePart(BigInt(gic.interrupts.routes[index]), offset, size, value);
    gic.interrupts.routes[index] = ((written >> 31n) & 1n) === 1n ? ROUTE_ANY : Number(written & 0xff_ffffn);
    gic.refreshAll();
  }
}

export class GicRedistributors extends InterruptBlock {
  readonly id = 'gicr';
  readonly name = 'GIC redistributors';
  readonly from = MAP.gicRedistributors;
  readonly to: number;

  constructor(gic: Gic) {
    super(gic);
    this.to = this.from + REDISTRIBUTOR_SIZE * gic.machine.cores.length;
  }

  protected override isWide(offset: number): boolean {
    return offset % REDISTRIBUTOR_SIZE === GICR_TYPER;
  }

  read(offset: number, size: number, access: Readonly<Access>): bigint {
    const core = Math.floor(offset / REDISTRIBUTOR_SIZE);
    const at = offset % REDISTRIBUTOR_SIZE;
    if (at >= SGI_FRAME) return this.readBank(core, at - SGI_FRAME, size, isSecure(access));
    if (at === GICR_TYPER || at === GICR_TYPER + 4) return part(this.type(core), at, size);
    if (at === GICR_WAKER && isSecure(access)) return BigInt(this.gic.asleep[core] === 1 ? GICR_WAKER_SLEEP | GICR_WAKER_CHILDREN : 0);
    return at === PIDR2 ? BigInt(GICV3) : 0n;
  }

  /** Affinity in 63:32, number in 23:8, and bit 4 for the last of them. */
  private type(core: number): bigint {
    const last = core === this.gic.machine.cores.length - 1 ? 1n << 4n : 0n;
    return (BigInt(core) << 32n) | (BigInt(core) << 8n) | last;
  }

  write(offset: number, size: number, value: bigint, access: Readonly<Access>): void {
    const core = Math.floor(offset / REDISTRIBUTOR_SIZE);
    const at = offset % REDISTRIBUTOR_SIZE;
    if (at >= SGI_FRAME) this.writeBank(core, at - SGI_FRAME, size, value, isSecure(access));
    else if (at === GICR_WAKER && isSecure(access)) {
      // Its other bit follows at once: there is nothing to wait for.
      this.gic.asleep[core] = (Number(value) & GICR_WAKER_SLEEP) === 0 ? 0 : 1;
      this.gic.refresh(core);
    }
  }
}
