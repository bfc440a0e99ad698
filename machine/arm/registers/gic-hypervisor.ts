/** The hypervisor's registers of the virtual CPU interface. GICv3 and GICv4 architecture specification IHI 0069H.b, 12.4. */
import type { FieldRow } from '../../core/architecture.ts';
import type { Core } from '../../core/core.ts';
import type { ArmCore } from '../core.ts';
import { live, type Read, use } from './gic-hooks.ts';
import { FROM_EL2, field, flag, NOWHERE, registers } from './row.ts';

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
    live: { write, onChange: true },
    ...(fields && { fields }),
  });
}

function computed<const N extends string>(name: N, summary: string, op2: number, read: Read, fields?: readonly FieldRow[]) {
  const more = { section: `GIC IHI 0069H.b 12.4, ${name}`, encoding: [3, 4, 12, 11, op2], live: live(read), writable: NOWHERE };
  return ich(name, summary, '', { ...more, ...(fields && { fields }) });
}

export const GIC_HYPERVISOR_REGISTERS = [
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
