/**
 * The SMMU in front of DMA masters. Its Root registers hold the enable, the base and the configuration of its granule
 * protection checks; translation is bypassed. SMMUv3 architecture specification IHI 0070G.b, 6.3; base and offset of the Root
 * page are those of TF-A's FVP port (PLAT_FVP_SMMUV3_BASE, PLAT_ARM_SMMUV3_ROOT_REG_OFFSET).
 */
import type { Access } from '../../core/access.ts';
import type { Core } from '../../core/core.ts';
import type { Machine } from '../../core/machine.ts';
import type { ArmCore } from '../core.ts';
import { RANGE_BITS } from '../instructions/tlbi.ts';
import { Tlb, type TlbSnapshot } from '../tlb.ts';
import { ROOT } from '../worlds.ts';
import type { Gic } from './gic.ts';
import { isSecure, MAP, part, RegisterBlock, replacePart } from './mmio.ts';
import { checkGranule, faultRecord, type Refusal, smmuGptConfig } from './smmu-gpc.ts';

/** Non-secure page. */
export const SMMU_CR0 = 0x20;
const SMMU_CR0ACK = 0x24;
export const SMMU_GBPA = 0x44;
/** Secure page. */
const SMMU_S_IDR1 = 0x8004;
const SMMU_S_INIT = 0x803c;
/** Root page. */
const ROOT_PAGE = 0x2_0000;
export const SMMU_ROOT_IDR0 = ROOT_PAGE + 0x00;
export const SMMU_ROOT_CR0 = ROOT_PAGE + 0x20;
export const SMMU_ROOT_CR0ACK = ROOT_PAGE + 0x24;
export const SMMU_ROOT_GPT_BASE = ROOT_PAGE + 0x28;
export const SMMU_ROOT_GPT_BASE_CFG = ROOT_PAGE + 0x30;
export const SMMU_ROOT_GPF_FAR = ROOT_PAGE + 0x38;
export const SMMU_ROOT_GPT_CFG_FAR = ROOT_PAGE + 0x40;
export const SMMU_ROOT_TLBI = ROOT_PAGE + 0x50;
export const SMMU_ROOT_TLBI_CTRL = ROOT_PAGE + 0x58;

export const ACCESSEN = 1n;
export const GPCEN = 2n;
/** Root registers are present; broadcast and register TLBI by PA both reach the TLB. */
const ROOT_IDR0 = 0b111n;
const GBPA_UPDATE = 1n << 31n;
export const GBPA_ABORT = 1n << 20n;
const SMMUEN = 1n;
const INV_ALL = 1n;

/** SPIs of the two edge-triggered interrupts of Root; the FVP leaves their numbers to the platform. */
const SPI_GPF_FAR = 112;
const SPI_GPT_CFG_FAR = 113;

/** Registers of 64 bits. */
const WIDE = [SMMU_ROOT_GPT_BASE, SMMU_ROOT_GPT_BASE_CFG, SMMU_ROOT_GPF_FAR, SMMU_ROOT_GPT_CFG_FAR, SMMU_ROOT_TLBI];

interface State {
  readonly registers: readonly (readonly [number, bigint])[];
  readonly tlb: TlbSnapshot;
}

export class Smmu extends RegisterBlock {
  readonly id = 'smmu';
  readonly name = 'SMMU';
  readonly from = MAP.smmu;
  readonly to = MAP.smmu + 0x3_0000;
  /** What it remembers of the granule protection table. */
  readonly tlb = new Tlb();
  /** Registers by offset; what is not there is 0. */
  private registers = new Map<number, bigint>();

  constructor(
    private readonly machine: Machine,
    private readonly gic: Gic,
  ) {
    super();
  }

  private get(offset: number): bigint {
    return this.registers.get(offset) ?? 0n;
  }

  protected override isWide(offset: number): boolean {
    return WIDE.includes(offset);
  }

  /** The Root page is RAZ/WI for all others, the Secure page for Non-secure and Realm accesses. 6.1. */
  private visible(offset: number, access: Readonly<Access>): boolean {
    return offset >= ROOT_PAGE ? access.space === ROOT : offset < 0x8000 || offset >= 0x1_0000 || isSecure(access);
  }

  read(offset: number, size: number, access: Readonly<Access>): bigint {
    if (!this.visible(offset, access)) return 0n;
    if (offset === SMMU_ROOT_IDR0) return ROOT_IDR0;
    // Updates are complete at once.
    if (offset === SMMU_ROOT_CR0ACK) return this.get(SMMU_ROOT_CR0);
    if (offset === SMMU_CR0ACK) return this.get(SMMU_CR0);
    if (offset === SMMU_S_IDR1) return 0n; // no Secure streams
    const register = wideAt(offset);
    return register === undefined ? this.get(offset) : part(this.get(register), offset, size);
  }

  write(offset: number, size: number, value: bigint, access: Readonly<Access>, core: Core): void {
    if (!this.visible(offset, access)) return;
    const register = wideAt(offset) ?? offset;
    const written =
      register === offset && size === 4 && !WIDE.includes(offset) ? value : replacePart(this.get(register), offset, size, value);
    const action = ACTIONS.get(register);
    if (action) action(this, written, core as ArmCore);
  }

  /** Stores to a register that is plain storage. */
  set(offset: number, value: bigint): void {
    this.registers.set(offset, value);
  }

  /** The fault registers keep the first fault until their FAULT bit is written 0, which clears them. 6.3.116. */
  clearFault(offset: number, value: bigint): void {
    if ((value & 1n) === 0n) this.registers.delete(offset);
  }

  /** SMMU_ROOT_TLBI, performed when SMMU_ROOT_TLBI_CTRL.RUN is written 1. 6.3.118. */
  invalidate(): void {
    const operand = this.get(SMMU_ROOT_TLBI);
    if ((operand & 1n) === 1n) {
      this.tlb.dropGranules();
      return;
    }
    const size = 2 ** (RANGE_BITS[Number((operand >> 4n) & 0xfn)] ?? RANGE_BITS[0]);
    const from = Number(BigInt.asUintN(52, operand) >> 12n) * 4096;
    this.tlb.dropGranuleRange(from, from + size, (operand & 2n) === 2n);
  }

  /**
   * Why a client's access is aborted, `undefined` if it may go on. A refused one is recorded in its fault register, unless
   * that still holds an earlier one. 3.25.
   */
  check(pa: number, space: number): string | undefined {
    const control = this.get(SMMU_ROOT_CR0);
    if ((control & ACCESSEN) === 0n) return 'SMMU_ROOT_CR0.ACCESSEN is 0';
    if ((this.get(SMMU_GBPA) & GBPA_ABORT) !== 0n) return 'SMMU_GBPA.ABORT is 1';
    if ((control & GPCEN) === 0n) return undefined;
    const config = smmuGptConfig(this.get(SMMU_ROOT_GPT_BASE_CFG), this.get(SMMU_ROOT_GPT_BASE));
    const refusal = checkGranule(this.machine, this.tlb, config, pa, space);
    if (refusal) this.record(pa, space, refusal);
    return refusal?.problem;
  }

  private record(pa: number, space: number, refusal: Refusal): void {
    const [register, intid] = refusal.error === undefined ? [SMMU_ROOT_GPF_FAR, SPI_GPF_FAR] : [SMMU_ROOT_GPT_CFG_FAR, SPI_GPT_CFG_FAR];
    if (this.registers.has(register)) return;
    this.registers.set(register, faultRecord(pa, space, refusal));
    this.gic.pulse(intid, this.name);
  }

  override save(): State {
    return { registers: [...this.registers], tlb: this.tlb.save() };
  }

  override restore(state: unknown): void {
    const { registers, tlb } = state as State;
    this.registers = new Map(registers);
    this.tlb.restore(tlb);
  }
}

/** The register of 64 bits that this offset is a half of, or all. */
function wideAt(offset: number): number | undefined {
  return WIDE.find((register) => offset === register || offset === register + 4);
}

/** What storing to a register does; those that are not here ignore it. */
const ACTIONS: ReadonlyMap<number, (smmu: Smmu, value: bigint, core: ArmCore) => void> = new Map<
  number,
  (smmu: Smmu, value: bigint, core: ArmCore) => void
>([
  [
    SMMU_CR0,
    (smmu, value, core) => {
      if ((value & SMMUEN) === 0n) smmu.set(SMMU_CR0, value);
      else core.absent('SMMU translation (SMMU_CR0.SMMUEN)');
    },
  ],
  [SMMU_GBPA, (smmu, value) => (value & GBPA_UPDATE) !== 0n && smmu.set(SMMU_GBPA, value & ~GBPA_UPDATE)],
  [SMMU_S_INIT, (smmu, value) => (value & INV_ALL) !== 0n && smmu.tlb.dropGranules()],
  [SMMU_ROOT_CR0, (smmu, value) => smmu.set(SMMU_ROOT_CR0, value & (ACCESSEN | GPCEN))],
  [SMMU_ROOT_GPT_BASE, (smmu, value) => smmu.set(SMMU_ROOT_GPT_BASE, BigInt.asUintN(52, value))],
  [SMMU_ROOT_GPT_BASE_CFG, (smmu, value) => smmu.set(SMMU_ROOT_GPT_BASE_CFG, value)],
  [SMMU_ROOT_GPF_FAR, (smmu, value) => smmu.clearFault(SMMU_ROOT_GPF_FAR, value)],
  [SMMU_ROOT_GPT_CFG_FAR, (smmu, value) => smmu.clearFault(SMMU_ROOT_GPT_CFG_FAR, value)],
  [SMMU_ROOT_TLBI, (smmu, value) => smmu.set(SMMU_ROOT_TLBI, value)],
  [SMMU_ROOT_TLBI_CTRL, (smmu, value) => (value & 1n) === 1n && smmu.invalidate()],
]);
