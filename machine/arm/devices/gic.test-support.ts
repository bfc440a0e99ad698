/** Sets a GIC up as firmware does, by its registers, and uses it from words. */
import type { ArmCore } from '../core.ts';
import { R, type RegisterName } from '../registers/index.ts';
import { Bench, CODE, VECTORS_EL2, VECTORS_EL3 } from '../test-support.ts';
import type { Gic } from './gic.ts';
import {
  CTLR,
  ENABLE_GRP0,
  ENABLE_GRP1NS,
  ENABLE_GRP1S,
  GICR_WAKER,
  ICFGR,
  IGROUPR,
  IGRPMODR,
  IPRIORITYR,
  ISENABLER,
  REDISTRIBUTOR_SIZE,
  SGI_FRAME,
} from './gic-mmio.ts';
import { GROUP_1NS, GROUP_1S } from './interrupts.ts';
import { MAP } from './mmio.ts';

const ALL_GROUPS = ENABLE_GRP0 | ENABLE_GRP1NS | ENABLE_GRP1S;

export class GicBench extends Bench {
  constructor(cores = 1) {
    super({ cores });
    this.gicd(CTLR, ALL_GROUPS);
    for (const core of this.machine.cores as readonly ArmCore[]) {
      core.regs[R.VBAR_EL3] = BigInt(VECTORS_EL3);
      core.regs[R.VBAR_EL2] = BigInt(VECTORS_EL2);
      this.gicr(core.id, GICR_WAKER, 0);
      this.set('ICC_PMR_EL1', 0xf8n, core);
      this.set('ICC_IGRPEN0_EL1', 1n, core);
      this.set('ICC_IGRPEN1_EL3', 3n, core);
    }
  }

  get gic(): Gic {
    return this.machine.device('gic') as Gic;
  }

  /** Stores to a register of the distributor as Root. */
  gicd(offset: number, value: number | bigint, size = 4): void {
    this.poke(MAP.gicDistributor + offset, value, size);
  }

  /** The same of a redistributor. */
  gicr(core: number, offset: number, value: number): void {
    this.poke(MAP.gicRedistributors + core * REDISTRIBUTOR_SIZE + offset, value, 4);
  }

  private poke(pa: number, value: number | bigint, size: number): void {
    const state = this.core.state;
    if (state !== 0) throw new Error('the GIC is set up by Root');
    this.store(BigInt(pa), BigInt(value), size);
  }

  /** A register as software reads it: with what reading does. Interrupts are masked, as `enter` leaves them. */
  take(name: RegisterName, core = this.core): number {
    let value = 0n;
    const at = CODE + 0x400 * (core.id + 1);
    this.word(at, (current) => {
      value = current.read(R[name]);
      current.complete();
    });
    core.jump(BigInt(at));
    core.step();
    return Number(value);
  }

  /** Gives an interrupt its group and priority, edge-triggered if asked, and enables it. `core` < 0: an SPI. */
  configure(intid: number, group: number, options: { priority?: number; core?: number; edge?: boolean; target?: number } = {}): void {
    const { priority = 0xa0, core = 0, edge = false } = options;
    const shared = intid >= 32;
    const set = (offset: number, on: boolean) => {
      const at = offset + 4 * Math.floor(intid / 32);
      const base = shared ? MAP.gicDistributor : MAP.gicRedistributors + core * REDISTRIBUTOR_SIZE + SGI_FRAME;
      const old = Number(this.load(BigInt(base + at), 4));
      const bit = 2 ** (intid % 32);
      const now = Math.floor(old / bit) % 2 === 1;
      if (now !== on) this.poke(base + at, on ? old + bit : old - bit, 4);
    };
    set(IGROUPR, group === GROUP_1NS);
    set(IGRPMODR, group === GROUP_1S);
    const frame = shared ? MAP.gicDistributor : MAP.gicRedistributors + core * REDISTRIBUTOR_SIZE + SGI_FRAME;
    this.store(BigInt(frame + IPRIORITYR + intid), BigInt(priority), 1);
    if (edge) this.poke(frame + ICFGR + 4 * Math.floor(intid / 16), 2 ** ((intid % 16) * 2 + 1), 4);
    this.poke(frame + ISENABLER + 4 * Math.floor(intid / 32), 2 ** (intid % 32), 4);
  }
}
