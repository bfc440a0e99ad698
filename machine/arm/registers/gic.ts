/**
 * System registers of the GIC: the CPU interface, which EL1 sees virtual while HCR_EL2 routes interrupts to EL2, and the
 * hypervisor's registers of the virtual one. GICv3 and GICv4 architecture specification IHI 0069H.b, 12.2 and 12.4.
 */
import type { FieldRow, LiveRegister, RegisterRow } from '../../core/architecture.ts';
import type { Core } from '../../core/core.ts';
import type { ArmCore } from '../core.ts';
import type { Gic } from '../devices/gic.ts';
import { BPR_MIN, BPR_MIN_NS, type CpuInterface, CTLR_CBPR, IDLE, PRIORITY_BITS } from '../devices/gic-cpu.ts';
import { GROUP_0, GROUP_1NS, GROUP_1S } from '../devices/interrupts.ts';
import { FROM_EL1, FROM_EL2, FROM_EL3, field, flag, NOWHERE, registers } from './row.ts';

/** What a hook works with; `register` is the number in the name of the register: 0 or 1. */
interface Use {
  readonly gic: Gic;
  readonly core: ArmCore;
  readonly cpu: CpuInterface;
}

function use(core: Core): Use {
  const gic = core.machine.device('gic') as Gic;
  return { gic, core: core as ArmCore, cpu: gic.cpus[core.id] };
}

type Read = (use: Use) => number;
type Write = (use: Use, value: number) => void;

function live(read: Read | undefined, write?: Write, taken?: Write): LiveRegister {
  return {
    ...(read && { read: (core: Core) => BigInt(read(use(core)) >>> 0) }),
    ...(write && { write: (core: Core, value: bigint) => write(use(core), Number(BigInt.asUintN(32, value))) }),
    ...(taken && { taken: (core: Core, value: bigint) => taken(use(core), Number(value)) }),
  };
}

const INTID: readonly FieldRow[] = [field('INTID', 23, 0, 'Number of the interrupt; 1023: none.')];
const PRIORITY: readonly FieldRow[] = [field('Priority', 7, 0, 'Priority; 0 is the most urgent.')];
const ENABLE: readonly FieldRow[] = [flag('Enable', 0, 'The group is enabled.')];
const BINARY_POINT: readonly FieldRow[] = [field('BinaryPoint', 2, 0, 'Where the part of a priority that preempts ends.')];
const CTLR_FIELDS: readonly FieldRow[] = [
  flag('CBPR', 0, 'ICC_BPR0_EL1 serves group 1 too.'),
  flag('EOImode', 1, 'ICC_EOIR drops the priority only; ICC_DIR_EL1 deactivates.'),
  field('PRIbits', 10, 8, 'Bits of priority, minus one.'),
];

type Encoding = readonly [number, number, number];

/** A row of the CPU interface: op1 and CRn are 0 and 12 but for ICC_PMR_EL1. */
function cpuRegister<const N extends string>(
  name: N,
  summary: string,
  [crn, crm, op2]: Encoding,
  hooks: LiveRegister,
  more?: Omit<Partial<RegisterRow>, 'name'>,
): RegisterRow & { readonly name: N } {
  return registers('GIC CPU interface', FROM_EL1)(name, summary, '', {
    section: `GIC IHI 0069H.b 12.2, ${name}`,
    encoding: [3, 0, crn, crm, op2],
    live: hooks,
    readable: hooks.read ? FROM_EL1 : NOWHERE,
    writable: hooks.write ? FROM_EL1 : NOWHERE,
    ...more,
  });
}

const isVirtual = ({ gic, core }: Use, register: 0 | 1) => gic.isVirtual(core, register);
const isVirtualCommon = ({ gic, core }: Use) => gic.isVirtualCommon(core);

// ------------------------------------------------------------------ acknowledge, end, priority

const acknowledge = (register: 0 | 1) =>
  live(
    (u) => (isVirtual(u, register) ? u.gic.virtual : u.gic).acknowledgeable(u.core, register),
    undefined,
    (u, intid) => (isVirtual(u, register) ? u.gic.virtual : u.gic).acknowledge(u.core, intid),
  );

const end = (register: 0 | 1) =>
  live(undefined, (u, value) => (isVirtual(u, register) ? u.gic.virtual : u.gic).end(u.core, register, value & 0xff_ffff));

const highestPending = (register: 0 | 1) => live((u) => (isVirtual(u, register) ? u.gic.virtual : u.gic).highestPending(u.core, register));

/** ICH_VMCR_EL2.VPMR. */
const VPMR = [31, 24] as const;

/** What Non-secure software sees of a priority: the lower half of the range, stretched to all of it. 4.8.1. */
const stretched = (priority: number) => ((priority & 0x80) === 0 ? 0 : (priority << 1) & 0xff);

const PMR = live(
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

const RPR = live((u) => {
  if (isVirtualCommon(u)) return u.gic.virtual.running(u.core);
  const { running } = u.cpu;
  return u.gic.hasNonSecureView(u.core) && running !== IDLE ? stretched(running) : running;
});

const DIR = live(undefined, (u, value) => (isVirtualCommon(u) ? u.gic.virtual : u.gic).deactivate(u.core, value & 0xff_ffff));

// ------------------------------------------------------------------ controls

const PRI_BITS = (PRIORITY_BITS - 1) << 8;
/** ICH_VMCR_EL2.VCBPR and VEOIM. */
const VCBPR = [4, 4] as const;
const VEOIM = [9, 9] as const;

const CTLR = live(
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
const CTLR_EL3 = live(
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

const BPR = (register: 0 | 1) =>
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

const IGRPEN = (register: 0 | 1) =>
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

const IGRPEN1_EL3 = live(
  ({ cpu }) => (cpu.groupEnabled(GROUP_1NS) ? 1 : 0) | (cpu.groupEnabled(GROUP_1S) ? 2 : 0),
  ({ cpu, gic, core }, value) => {
    cpu.enableGroup(GROUP_1NS, (value & 1) !== 0);
    cpu.enableGroup(GROUP_1S, (value & 2) !== 0);
    gic.refresh(core.id);
  },
);

/** Active priorities; virtual ones are ICH_AP0R0_EL2 and ICH_AP1R0_EL2. */
const APR = (register: 0 | 1) =>
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

const sgi = (groupOf: (u: Use) => number): LiveRegister => ({ write: (core, value) => sendSgi(core, value, groupOf) });

const SGI_FIELDS: readonly FieldRow[] = [
  field('Aff3', 55, 48, 'Affinity level 3 of the targets.'),
  flag('IRM', 40, 'All cores but this one.'),
  field('Aff2', 39, 32, 'Affinity level 2 of the targets.'),
  field('INTID', 27, 24, 'Number of the SGI.'),
  field('Aff1', 23, 16, 'Affinity level 1 of the targets.'),
  field('TargetList', 15, 0, 'Bit i: the core with affinity level 0 of i.'),
];

/** System register access is always on: SRE, DFB and DIB, and Enable at EL2 and EL3, are RAO/WI. */
const always = (value: number): LiveRegister => ({ read: () => BigInt(value), write: () => {} });

const CPU_INTERFACE = [
  cpuRegister('ICC_PMR_EL1', 'Interrupt Priority Mask Register: only more urgent interrupts are signalled.', [4, 6, 0], PMR, {
    fields: PRIORITY,
  }),
  cpuRegister(
    'ICC_IAR0_EL1',
    'Interrupt Acknowledge Register of group 0: reading makes the interrupt active.',
    [12, 8, 0],
    acknowledge(0),
    {
      fields: INTID,
    },
  ),
  cpuRegister('ICC_EOIR0_EL1', 'End of Interrupt Register of group 0.', [12, 8, 1], end(0), { fields: INTID }),
  cpuRegister('ICC_HPPIR0_EL1', 'Highest Priority Pending Interrupt Register of group 0.', [12, 8, 2], highestPending(0), {
    fields: INTID,
  }),
  cpuRegister('ICC_BPR0_EL1', 'Binary Point Register of group 0.', [12, 8, 3], BPR(0), { fields: BINARY_POINT }),
  cpuRegister('ICC_AP0R0_EL1', 'Active Priorities Register of group 0.', [12, 8, 4], APR(0)),
  cpuRegister('ICC_AP1R0_EL1', 'Active Priorities Register of group 1.', [12, 9, 0], APR(1)),
  cpuRegister('ICC_DIR_EL1', 'Deactivate Interrupt Register.', [12, 11, 1], DIR, { fields: INTID }),
  cpuRegister('ICC_RPR_EL1', 'Running Priority Register: the most urgent active priority.', [12, 11, 3], RPR, { fields: PRIORITY }),
  cpuRegister(
    'ICC_SGI1R_EL1',
    'Generates SGIs of group 1 of the current Security state.',
    [12, 11, 5],
    sgi(({ gic, core }) => gic.group1(core)),
    {
      fields: SGI_FIELDS,
    },
  ),
  cpuRegister(
    'ICC_ASGI1R_EL1',
    'Generates SGIs of group 1 of the other Security state.',
    [12, 11, 6],
    sgi(({ gic, core }) => (gic.isSecure(core) ? GROUP_1NS : GROUP_1S)),
    { fields: SGI_FIELDS },
  ),
  cpuRegister(
    'ICC_SGI0R_EL1',
    'Generates SGIs of group 0.',
    [12, 11, 7],
    sgi(() => GROUP_0),
    { fields: SGI_FIELDS },
  ),
  cpuRegister(
    'ICC_IAR1_EL1',
    'Interrupt Acknowledge Register of group 1: reading makes the interrupt active.',
    [12, 12, 0],
    acknowledge(1),
    {
      fields: INTID,
    },
  ),
  cpuRegister('ICC_EOIR1_EL1', 'End of Interrupt Register of group 1.', [12, 12, 1], end(1), { fields: INTID }),
  cpuRegister('ICC_HPPIR1_EL1', 'Highest Priority Pending Interrupt Register of group 1.', [12, 12, 2], highestPending(1), {
    fields: INTID,
  }),
  cpuRegister('ICC_BPR1_EL1', 'Binary Point Register of group 1, banked by Security state.', [12, 12, 3], BPR(1), { fields: BINARY_POINT }),
  cpuRegister('ICC_CTLR_EL1', 'CPU interface Control Register, banked by Security state.', [12, 12, 4], CTLR, { fields: CTLR_FIELDS }),
  cpuRegister('ICC_SRE_EL1', 'System Register Enable: always enabled.', [12, 12, 5], always(0b111)),
  cpuRegister('ICC_IGRPEN0_EL1', 'Enables interrupts of group 0.', [12, 12, 6], IGRPEN(0), { fields: ENABLE }),
  cpuRegister('ICC_IGRPEN1_EL1', 'Enables interrupts of group 1 of the current Security state.', [12, 12, 7], IGRPEN(1), {
    fields: ENABLE,
  }),
  cpuRegister('ICC_SRE_EL2', 'System Register Enable of EL2: always enabled.', [12, 9, 5], always(0b1111), {
    encoding: [3, 4, 12, 9, 5],
    readable: FROM_EL2,
    writable: FROM_EL2,
  }),
  cpuRegister('ICC_CTLR_EL3', 'CPU interface Control Register of EL3.', [12, 12, 4], CTLR_EL3, {
    encoding: [3, 6, 12, 12, 4],
    readable: FROM_EL3,
    writable: FROM_EL3,
    fields: [
      flag('CBPR_EL1S', 0, 'ICC_BPR0_EL1 serves Secure group 1 too.'),
      flag('CBPR_EL1NS', 1, 'ICC_BPR0_EL1 serves Non-secure group 1 too.'),
      flag('EOImode_EL3', 2, 'At EL3, ICC_EOIR drops the priority only.'),
      flag('EOImode_EL1S', 3, 'In Secure state, ICC_EOIR drops the priority only.'),
      flag('EOImode_EL1NS', 4, 'In Non-secure and Realm state, ICC_EOIR drops the priority only.'),
      field('PRIbits', 10, 8, 'Bits of priority, minus one.'),
    ],
  }),
  cpuRegister('ICC_SRE_EL3', 'System Register Enable of EL3: always enabled.', [12, 12, 5], always(0b1111), {
    encoding: [3, 6, 12, 12, 5],
    readable: FROM_EL3,
    writable: FROM_EL3,
  }),
  cpuRegister('ICC_IGRPEN1_EL3', 'Enables interrupts of group 1, for both Security states.', [12, 12, 7], IGRPEN1_EL3, {
    encoding: [3, 6, 12, 12, 7],
    readable: FROM_EL3,
    writable: FROM_EL3,
    fields: [flag('EnableGrp1NS', 0, 'Non-secure group 1 is enabled.'), flag('EnableGrp1S', 1, 'Secure group 1 is enabled.')],
  }),
];

// ------------------------------------------------------------------ the hypervisor's registers

const LR_FIELDS: readonly FieldRow[] = [
  field('State', 63, 62, 'Invalid, pending, active, or pending and active.', {
    LR_INVALID: 0,
    LR_PENDING: 1,
    LR_ACTIVE: 2,
    LR_PENDING_ACTIVE: 3,
  }),
  flag('HW', 61, 'Stands for a physical interrupt, which is deactivated with it.'),
  flag('Group', 60, 'Group 1: signalled as virtual IRQ.'),
  field('Priority', 55, 48, 'Priority; 0 is the most urgent.'),
  field('pINTID', 44, 32, 'Physical interrupt; with HW = 0, bit 41 asks for maintenance at the end.'),
  field('vINTID', 31, 0, 'Virtual interrupt.'),
];

const ICH_HCR_FIELDS: readonly FieldRow[] = [
  field('EOIcount', 31, 27, 'Ends of interrupts that no list register held.'),
  flag('TDIR', 14, 'Writes of ICC_DIR_EL1 at EL1 are trapped.'),
  flag('TALL1', 12, 'Accesses to group 1 registers at EL1 are trapped.'),
  flag('TALL0', 11, 'Accesses to group 0 registers at EL1 are trapped.'),
  flag('TC', 10, 'Accesses to registers of both groups at EL1 are trapped.'),
  flag('VGrp1DIE', 7, 'Maintenance while virtual group 1 is disabled.'),
  flag('VGrp1EIE', 6, 'Maintenance while virtual group 1 is enabled.'),
  flag('VGrp0DIE', 5, 'Maintenance while virtual group 0 is disabled.'),
  flag('VGrp0EIE', 4, 'Maintenance while virtual group 0 is enabled.'),
  flag('NPIE', 3, 'Maintenance while no list register is pending.'),
  flag('LRENPIE', 2, 'Maintenance while EOIcount is not 0.'),
  flag('UIE', 1, 'Maintenance while at most one list register is valid.'),
  flag('En', 0, 'The virtual CPU interface is enabled.'),
];

const VMCR_FIELDS: readonly FieldRow[] = [
  field('VPMR', 31, 24, 'Virtual priority mask.'),
  field('VBPR0', 23, 21, 'Virtual binary point of group 0.'),
  field('VBPR1', 20, 18, 'Virtual binary point of group 1.'),
  flag('VEOIM', 9, 'ICV_EOIR drops the priority only.'),
  flag('VCBPR', 4, 'The binary point of group 0 serves group 1 too.'),
  flag('VFIQEn', 3, 'Group 0 is signalled as virtual FIQ.'),
  flag('VENG1', 1, 'Virtual group 1 is enabled.'),
  flag('VENG0', 0, 'Virtual group 0 is enabled.'),
];

/** ListRegs 4 - 1; five bits of priority and of preemption; TDS: ICH_HCR_EL2.TDIR is there; no direct injection of LPIs. */
const VTR = (4n << 29n) | (4n << 26n) | (1n << 20n) | (1n << 19n) | 3n;

const ich = registers('GIC virtual interface', FROM_EL2);

type StoredName = `ICH_${'HCR' | 'VMCR' | 'AP0R0' | 'AP1R0' | `LR${0 | 1 | 2 | 3}`}_EL2`;

/** A register that is kept, and looked at again when it changes. */
function stored<const N extends StoredName>(name: N, summary: string, crm: number, op2: number, fields?: readonly FieldRow[]) {
  const write = (core: Core, value: bigint) => use(core).gic.virtual.set(core as ArmCore, name, value);
  return ich(name, summary, '', {
    section: `GIC IHI 0069H.b 12.4, ${name}`,
    encoding: [3, 4, 12, crm, op2],
    live: { write },
    ...(fields && { fields }),
  });
}

function computed<const N extends string>(name: N, summary: string, op2: number, read: Read, fields?: readonly FieldRow[]) {
  const more = { section: `GIC IHI 0069H.b 12.4, ${name}`, encoding: [3, 4, 12, 11, op2], live: live(read), writable: NOWHERE };
  return ich(name, summary, '', { ...more, ...(fields && { fields }) });
}

const VIRTUAL_INTERFACE = [
  stored('ICH_AP0R0_EL2', 'Active priorities of virtual group 0.', 8, 0),
  stored('ICH_AP1R0_EL2', 'Active priorities of virtual group 1.', 9, 0),
  stored('ICH_HCR_EL2', 'Hypervisor Control Register of the virtual CPU interface.', 11, 0, ICH_HCR_FIELDS),
  computed('ICH_VTR_EL2', 'VGIC Type Register.', 1, () => Number(VTR), [
    field('PRIbits', 31, 29, 'Bits of priority, minus one.'),
    field('PREbits', 28, 26, 'Bits of preemption, minus one.'),
    flag('nV4', 20, 'Virtual LPIs are not supported.'),
    flag('TDS', 19, 'ICH_HCR_EL2.TDIR is supported.'),
    field('ListRegs', 4, 0, 'List registers, minus one.'),
  ]),
  computed('ICH_MISR_EL2', 'Maintenance Interrupt State Register.', 2, ({ gic, core }) => gic.virtual.maintenance(core), [
    flag('VGrp1D', 7, 'Virtual group 1 is disabled.'),
    flag('VGrp1E', 6, 'Virtual group 1 is enabled.'),
    flag('VGrp0D', 5, 'Virtual group 0 is disabled.'),
    flag('VGrp0E', 4, 'Virtual group 0 is enabled.'),
    flag('NP', 3, 'No list register is pending.'),
    flag('LRENP', 2, 'An interrupt ended that no list register held.'),
    flag('U', 1, 'At most one list register is valid.'),
    flag('EOI', 0, 'An interrupt ended whose list register asks for maintenance.'),
  ]),
  computed('ICH_EISR_EL2', 'End of Interrupt Status Register: list registers that ended and ask for maintenance.', 3, ({ gic, core }) =>
    gic.virtual.ended(core),
  ),
  computed('ICH_ELRSR_EL2', 'Empty List Register Status Register.', 5, ({ gic, core }) => gic.virtual.free(core)),
  stored('ICH_VMCR_EL2', 'Virtual Machine Control Register: what the virtual CPU interface is set to.', 11, 7, VMCR_FIELDS),
  stored('ICH_LR0_EL2', 'List Register 0.', 12, 0, LR_FIELDS),
  stored('ICH_LR1_EL2', 'List Register 1.', 12, 1, LR_FIELDS),
  stored('ICH_LR2_EL2', 'List Register 2.', 12, 2, LR_FIELDS),
  stored('ICH_LR3_EL2', 'List Register 3.', 12, 3, LR_FIELDS),
];

export const GIC_REGISTERS = [...CPU_INTERFACE, ...VIRTUAL_INTERFACE];
