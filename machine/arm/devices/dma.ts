/**
 * A DMA engine: a bus master that is no PE, as a disk or network controller is. It copies memory by physical address, a burst
 * each step, through the SMMU and as a Non-secure stream; the host programs it. It is nobody's product, like the virtio devices
 * of a model: six registers, which only say what a real descriptor would.
 */
import type { Access } from '../../core/access.ts';
import type { Core } from '../../core/core.ts';
import type { Machine } from '../../core/machine.ts';
import { NS_EL2 } from '../states.ts';
import { NON_SECURE } from '../worlds.ts';
import type { Gic } from './gic.ts';
import { MAP, part, RegisterBlock, replacePart } from './mmio.ts';
import type { Smmu } from './smmu.ts';

export const DMA_SRC = 0x00;
export const DMA_DST = 0x08;
/** Bytes, 32 bits. */
export const DMA_LENGTH = 0x10;
/** StreamID, 32 bits. */
export const DMA_STREAM = 0x14;
/** Bit 0: start; bit 1: interrupt at the end. */
export const DMA_CONTROL = 0x18;
/** Bit 0: busy, bit 1: done, bit 2: aborted. */
export const DMA_STATUS = 0x1c;
/** Bytes moved, 32 bits. */
export const DMA_MOVED = 0x20;

export const START = 1;
export const INTERRUPT = 2;
export const BUSY = 1;
export const DONE = 2;
export const ABORTED = 4;

/** SPI at the end of a transfer. */
export const SPI_DMA = 114;

/** No burst crosses a multiple of this, so that none crosses a granule. */
const BURST = 256;

interface State {
  readonly source: bigint;
  readonly destination: bigint;
  readonly length: number;
  readonly stream: number;
  readonly control: number;
  readonly status: number;
  readonly moved: number;
  readonly due: number;
  readonly owner: number;
}

const RESET: State = {
  source: 0n,
  destination: 0n,
  length: 0,
  stream: 0,
  control: 0,
  status: 0,
  moved: 0,
  due: Number.POSITIVE_INFINITY,
  owner: 0,
};

export class DmaEngine extends RegisterBlock {
  readonly id = 'dma';
  readonly name = 'DMA engine';
  readonly from = MAP.dmaEngine;
  readonly to = MAP.dmaEngine + 0x1000;
  private state = RESET;

  constructor(
    private readonly machine: Machine,
    private readonly smmu: Smmu,
    private readonly gic: Gic,
  ) {
    super();
  }

  /** The step of the next burst. */
  override get deadline(): number {
    return this.state.due;
  }

  protected override isWide(offset: number): boolean {
    return offset === DMA_SRC || offset === DMA_DST;
  }

  read(offset: number, size: number): bigint {
    const { source, destination, length, stream, control, status, moved } = this.state;
    if (offset < DMA_DST) return part(source, offset, size);
    if (offset < DMA_LENGTH) return part(destination, offset, size);
    const registers: Readonly<Record<number, number>> = {
      [DMA_LENGTH]: length,
      [DMA_STREAM]: stream,
      [DMA_CONTROL]: control,
      [DMA_STATUS]: status,
      [DMA_MOVED]: moved,
    };
    return BigInt(registers[offset] ?? 0);
  }

  /** While it is busy, registers keep their values. */
  write(offset: number, size: number, value: bigint, _access: Readonly<Access>, core: Core): void {
    const { state } = this;
    if ((state.status & BUSY) !== 0) return;
    if (offset < DMA_DST) this.state = { ...state, source: replacePart(state.source, offset, size, value) };
    else if (offset < DMA_LENGTH) this.state = { ...state, destination: replacePart(state.destination, offset, size, value) };
    else if (offset === DMA_LENGTH) this.state = { ...state, length: Number(value) };
    else if (offset === DMA_STREAM) this.state = { ...state, stream: Number(value) };
    else if (offset === DMA_CONTROL) this.start(Number(value), core);
  }

  private start(control: number, core: Core): void {
    this.state = { ...this.state, control: control & INTERRUPT };
    if ((control & START) === 0) return;
    this.state = { ...this.state, status: BUSY, moved: 0, owner: core.id, due: this.machine.time + 1 };
    this.machine.reschedule();
  }

  /** One burst: reads, then stores. Bursts before one that is aborted have moved their bytes, it and those after move none. */
  override tick(time: number): void {
    const { source, destination, length, moved } = this.state;
    if (moved >= length) {
      this.finish(DONE);
      return;
    }
    const from = Number(source) + moved;
    const to = Number(destination) + moved;
    const size = Math.min(BURST - (from % BURST), BURST - (to % BURST), length - moved);
    if (!this.allowed(from, size, 'read') || !this.allowed(to, size, 'write')) {
      this.finish(ABORTED);
      return;
    }
    this.machine.secrets?.readOnBus(this.machine.cores[this.state.owner], NS_EL2, from, size);
    for (let i = 0; i < size; i++) this.machine.writeAs(NON_SECURE, to + i, 1, this.machine.readAs(NON_SECURE, from + i, 1));
    this.state = { ...this.state, moved: moved + size, due: time + 1 };
    if (moved + size >= length) this.finish(DONE);
  }

  /** Asks the SMMU, then the bus: only memory answers a master. */
  private allowed(pa: number, size: number, access: 'read' | 'write'): boolean {
    const problem = this.smmu.check(pa, NON_SECURE) ?? (this.machine.isMemory(pa, size) ? '' : 'nothing answers');
    const core = this.machine.cores[this.state.owner];
    const { stream } = this.state;
    core.emit({ kind: 'dma', master: this.name, stream, pa, space: NON_SECURE, access, allowed: problem === '', problem });
    return problem === '';
  }

  private finish(status: number): void {
    this.state = { ...this.state, status, due: Number.POSITIVE_INFINITY };
    if ((this.state.control & INTERRUPT) !== 0) this.gic.pulse(SPI_DMA, this.name);
  }

  override save(): State {
    return this.state;
  }

  override restore(state: unknown): void {
    this.state = state as State;
  }
}
