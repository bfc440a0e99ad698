/** System registers of the GIC CPU interface. GICv3 and GICv4 architecture specification IHI 0069H.b, 12.2. */
import type { FieldRow, LiveRegister, RegisterRow } from '../../core/architecture.ts';
import { GROUP_0, GROUP_1NS, GROUP_1S } from '../devices/interrupts.ts';
import {
  APR,
  acknowledge,
  always,
  BPR,
  CTLR,
  CTLR_EL3,
  DIR,
  end,
  highestPending,
  IGRPEN,
  IGRPEN1_EL3,
  PMR,
  RPR,
  sgi,
} from './gic-hooks.ts';
import { FROM_EL1, FROM_EL2, FROM_EL3, field, flag, NOWHERE, registers } from './row.ts';

const INTID: readonly FieldRow[] = [field('INTID', 23, 0, 'Number of the interrupt; 1023: none.')];
const PRIORITY: readonly FieldRow[] = [field('Priority', 7, 0, 'Priority; 0 is the most urgent.')];
const ENABLE: readonly FieldRow[] = [flag('Enable', 0, 'The group is enabled.')];
const BINARY_POINT: readonly FieldRow[] = [field('BinaryPoint', 2, 0, 'Where the part of a priority that preempts ends.')];
const CTLR_FIELDS: readonly FieldRow[] = [
  flag('CBPR', 0, 'ICC_BPR0_EL1 serves group 1 too.'),
  flag('EOImode', 1, 'ICC_EOIR drops the priority only; ICC_DIR_EL1 deactivates.'),
  field('PRIbits', 10, 8, 'Bits of priority, minus one.'),
];

const SGI_FIELDS: readonly FieldRow[] = [
  field('Aff3', 55, 48, 'Affinity level 3 of the targets.'),
  flag('IRM', 40, 'All cores but this one.'),
  field('Aff2', 39, 32, 'Affinity level 2 of the targets.'),
  field('INTID', 27, 24, 'Number of the SGI.'),
  field('Aff1', 23, 16, 'Affinity level 1 of the targets.'),
  field('TargetList', 15, 0, 'Bit i: the core with affinity level 0 of i.'),
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

export const GIC_REGISTERS = [
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
