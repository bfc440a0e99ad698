/**
 * What the registers of the GIC CPU interface do when they are read and written: to the physical interface, or at EL1 to the
 * virtual one while HCR_EL2 routes interrupts to EL2. IHI 0069H.b, 12.2.
 */
import type { LiveRegister } from '../../core/architecture.ts';
import type { Core } from '../../core/core.ts';
import type { ArmCore } from '../core.ts';
import type { Gic } from '../devices/gic.ts';
import { BPR_MIN, BPR_MIN_NS, type CpuInterface, CTLR_CBPR, IDLE, PRIORITY_BITS } from '../devices/gic-cpu.ts';
import { GROUP_0, GROUP_1NS, GROUP_1S } from '../devices/interrupts.ts';

/** What a hook works with; `register` is the number in the name of the register: 0 or 1. */
export interface Use {
  readonly gic: Gic;
  readonly core: ArmCore;
  readonly cpu: CpuInterface;
}

export function use(core: Core): Use {
  const gic = core.machine.device('gic') as Gic;
  return { gic, core: core as ArmCore, cpu: gic.cpus[core.id] };
}

export type Read = (use: Use) => number;
type Write = (use: Use, value: number) => void;

export function live(read: Read | undefined, write?: Write, taken?: Write): LiveRegister {
  return {
    ...(read && { read: (core: Core) => BigInt(read(use(core)) >>> 0) }),
    ...(write && { write: (core: Core, value: bigint) => write(use(core), Number(BigInt.asUintN(32, value))) }),
    ...(taken && { taken: (core: Core, value: bigint) => taken(use(core), Number(value)) }),
  };
}

const isVirtual = ({ gic, core }: Use, register: 0 | 1) => gic.isVirtual(core, register);
const isVirtualCommon = ({ gic, core }: Use) => gic.isVirtualCommon(core);

// ------------------------------------------------------------------ acknowledge, end, priority

export const acknowledge = (register: 0 | 1) =>
  live(
    (u) => (isVirtual(u, register) ? u.gic.virtual : u.gic).acknowledgeable(u.core, register),
    undefined,
    (u, intid) => (isVirtual(u, register) ? u.gic.virtual : u.gic).acknowledge(u.core, intid),
  );

export const end = (register: 0 | 1) =>
  live(undefined, (u, value) => (isVirtual(u, register) ? u.gic.virtual : u.gic).end(u.core, register, value & 0xff_ffff));

export const highestPending = (register: 0 | 1) =>
  live((u) => (isVirtual(u, register) ? u.gic.virtual : u.gic).highestPending(u.core, register));

/** ICH_VMCR_EL2.VPMR. */
const VPMR = [31, 24] as const;

/** What Non-secure software sees of a priority: the lower half of the range, stretched to all of it. 4.8.1. */
const stretched = (priority: number) => ((priority & 0x80) === 0 ? 0 : (priority << 1) & 0xff);

export const PMR = live(
  (u) => {
    if (isVirtualCommon(u)) return u.gic.virtual.control(u.core, ...VPMR);
    return u.gic.hasNonSecureView(u.core) ? stretched(u.cpu.pmr) : u.cpu.pmr;
  },
  (u, value) => {
    if (isVirtualCommon(u)) return u.gic.virtual.setControl(u.core, ...VPMR, value & 0xf8);
    const view = u.gic.hasNonSecureView(u.core);
    // A mask in the Secure half is not for Non-secure software to lift.
    if (view && (u.cpu.pmr & 0x80) === 0) return;
    u.cpu.pmr = view ? 0x80 | ((value & 0xff) >>> 1) : value;
    u.gic.refresh(u.core.id);
  },
);

export const RPR = live((u) => {
  if (isVirtualCommon(u)) return u.gic.virtual.running(u.core);
  const { running } = u.cpu;
  return u.gic.hasNonSecureView(u.core) && running !== IDLE ? stretched(running) : running;
});

export const DIR = live(undefined, (u, value) => (isVirtualCommon(u) ? u.gic.virtual : u.gic).deactivate(u.core, value & 0xff_ffff));

// ------------------------------------------------------------------ controls

const PRI_BITS = (PRIORITY_BITS - 1) << 8;
/** ICH_VMCR_EL2.VCBPR and VEOIM. */
const VCBPR = [4, 4] as const;
const VEOIM = [9, 9] as const;

export const CTLR = live(
  (u) => {
    if (!isVirtualCommon(u)) return u.cpu.control(u.gic.isSecure(u.core)) | PRI_BITS;
    const { virtual } = u.gic;
    return virtual.control(u.core, ...VCBPR) | (virtual.control(u.core, ...VEOIM) << 1) | PRI_BITS;
  },
  (u, value) => {
    if (isVirtualCommon(u)) {
      u.gic.virtual.setControl(u.core, ...VCBPR, value & 1);
      u.gic.virtual.setControl(u.core, ...VEOIM, (value >>> 1) & 1);
      return;
    }
    u.cpu.setControl(u.gic.isSecure(u.core), value);
    u.gic.refresh(u.core.id);
  },
);

/** ICC_CTLR_EL3: CBPR of EL1 by state in bits 0 and 1, EOImode of EL3 and of EL1 by state in bits 2 to 4. */
export const CTLR_EL3 = live(
  ({ cpu }) => {
    const [secure, other] = [cpu.control(true), cpu.control(false)];
    const common = (secure & 1) | ((other & 1) << 1);
    return common | (cpu.eoiModeEl3 ? 4 : 0) | ((secure >>> 1) << 3) | ((other >>> 1) << 4) | PRI_BITS;
  },
  ({ cpu, gic, core }, value) => {
    cpu.eoiModeEl3 = (value & 4) !== 0;
    cpu.setControl(true, (value & 1) | (((value >>> 3) & 1) << 1));
    cpu.setControl(false, ((value >>> 1) & 1) | (((value >>> 4) & 1) << 1));
    gic.refresh(core.id);
  },
);

/** ICH_VMCR_EL2.VBPR0 and VBPR1. */
const VBPR: readonly (readonly [number, number])[] = [
  [23, 21],
  [20, 18],
];

const bankedGroup = ({ gic, core }: Use, register: 0 | 1) => (register === 0 ? GROUP_0 : gic.group1(core));

function binaryPoint(u: Use, register: 0 | 1): number {
  const group = bankedGroup(u, register);
  const common = register === 1 && (u.cpu.control(group === GROUP_1S) & CTLR_CBPR) !== 0;
  if (!common) return u.cpu.binaryPoint(group);
  return group === GROUP_1S ? u.cpu.binaryPoint(GROUP_0) : Math.min(7, u.cpu.binaryPoint(GROUP_0) + 1);
}

export const BPR = (register: 0 | 1) =>
  live(
    (u) => (isVirtual(u, register) ? u.gic.virtual.control(u.core, ...VBPR[register]) : binaryPoint(u, register)),
    (u, value) => {
      if (isVirtual(u, register)) {
        const least = register === 0 ? BPR_MIN : BPR_MIN_NS;
        return u.gic.virtual.setControl(u.core, ...VBPR[register], Math.max(least, value & 7));
      }
      const group = bankedGroup(u, register);
      // With CBPR, ICC_BPR1_EL1 of the Non-secure bank cannot be written.
      if (group === GROUP_1NS && (u.cpu.control(false) & CTLR_CBPR) !== 0) return;
      u.cpu.setBinaryPoint(group, value);
      u.gic.refresh(u.core.id);
    },
  );

export const IGRPEN = (register: 0 | 1) =>
  live(
    (u) => {
      if (isVirtual(u, register)) return u.gic.virtual.control(u.core, register, register);
      return u.cpu.groupEnabled(bankedGroup(u, register)) ? 1 : 0;
    },
    (u, value) => {
      if (isVirtual(u, register)) return u.gic.virtual.setControl(u.core, register, register, value & 1);
      u.cpu.enableGroup(bankedGroup(u, register), (value & 1) === 1);
      u.gic.refresh(u.core.id);
    },
  );

export const IGRPEN1_EL3 = live(
  ({ cpu }) => (cpu.groupEnabled(GROUP_1NS) ? 1 : 0) | (cpu.groupEnabled(GROUP_1S) ? 2 : 0),
  ({ cpu, gic, core }, value) => {
    cpu.enableGroup(GROUP_1NS, (value & 1) !== 0);
    cpu.enableGroup(GROUP_1S, (value & 2) !== 0);
    gic.refresh(core.id);
  },
);

/** Active priorities; virtual ones are ICH_AP0R0_EL2 and ICH_AP1R0_EL2. */
export const APR = (register: 0 | 1) =>
  live(
    (u) => (isVirtual(u, register) ? u.gic.virtual.activePriorities(u.core, register) : u.cpu.active[bankedGroup(u, register)]),
    (u, value) => {
      if (isVirtual(u, register)) return u.gic.virtual.set(u.core, register === 0 ? 'ICH_AP0R0_EL2' : 'ICH_AP1R0_EL2', BigInt(value));
      u.cpu.active[bankedGroup(u, register)] = value;
      u.gic.refresh(u.core.id);
    },
  );

// ------------------------------------------------------------------ software generated interrupts

/** TargetList in bits 15:0, Aff1 23:16, INTID 27:24, Aff2 39:32, IRM 40, Aff3 55:48. 12.2, ICC_SGI1R_EL1. */
function sendSgi(core: Core, value: bigint, groupOf: (u: Use) => number): void {
  const u = use(core);
  const list = Number(value & 0xffffn);
  const others = ((value >> 40n) & 1n) === 1n;
  const elsewhere = ((value >> 16n) & 0xffn) !== 0n || ((value >> 32n) & 0xffn) !== 0n || ((value >> 48n) & 0xffn) !== 0n;
  const group = groupOf(u);
  for (const { id } of core.machine.cores) {
    const meant = others ? id !== core.id : !elsewhere && ((list >>> id) & 1) === 1;
    if (meant) u.gic.sendSgi(u.core, id, Number((value >> 24n) & 0xfn), group);
  }
}

export const sgi = (groupOf: (u: Use) => number): LiveRegister => ({ write: (core, value) => sendSgi(core, value, groupOf) });

/** System register access is always on: SRE, DFB and DIB, and Enable at EL2 and EL3, are RAO/WI. */
export const always = (value: number): LiveRegister => ({ read: () => BigInt(value), write: () => {} });
