/** Registers of the generic timer. Arm ARM DDI0487 M.a.a, D12 and D24. */
import type { FieldRow } from '../../core/architecture.ts';
import type { Core } from '../../core/core.ts';
import type { GenericTimer, TimerName } from '../devices/timer.ts';
import { FROM_EL0, FROM_EL1, FROM_EL2, FROM_EL3, field, flag, NOWHERE, registers } from './row.ts';

const timer = (core: Core) => core.machine.device('timer') as GenericTimer;

const CTL_FIELDS: readonly FieldRow[] = [
  flag('ISTATUS', 2, 'The timer condition is met.', { readOnly: true }),
  flag('IMASK', 1, 'The interrupt is masked.'),
  flag('ENABLE', 0, 'The timer is enabled.'),
];

/** The control, compare and timer value registers of one timer. */
const control = (name: TimerName) => ({
  read: (core: Core) => timer(core).control(core, name),
  write: (core: Core, value: bigint) => timer(core).setControl(core, name, value),
});
const compare = (name: TimerName) => ({ write: (core: Core, value: bigint) => timer(core).setCompare(core, name, value) });
const left = (name: TimerName) => ({
  read: (core: Core) => timer(core).left(core, name),
  write: (core: Core, value: bigint) => timer(core).setLeft(core, name, value),
});

const el0 = registers('Timer', FROM_EL0);
const el2 = registers('Timer', FROM_EL2);
/** The secure timer is EL3's; SCR_EL3.ST, which lends it to Secure EL1 where EL2 is disabled, is not modelled. */
const secure = registers('Timer', FROM_EL3);

export const TIMER_REGISTERS = [
  el0('CNTFRQ_EL0', 'Counter-timer Frequency: what software believes of the counter, in Hz.', 'D24, CNTFRQ_EL0', {
    encoding: [3, 3, 14, 0, 0],
    writable: FROM_EL3,
  }),
  el0('CNTPCT_EL0', 'Physical Count: one for each step of the machine.', 'D12.1.2, CNTPCT_EL0', {
    encoding: [3, 3, 14, 0, 1],
    writable: NOWHERE,
    live: { read: (core) => timer(core).count(core, false) },
  }),
  el0('CNTVCT_EL0', 'Virtual Count: the physical count minus CNTVOFF_EL2.', 'D12.1.3, CNTVCT_EL0', {
    encoding: [3, 3, 14, 0, 2],
    writable: NOWHERE,
    live: { read: (core) => timer(core).count(core, true) },
  }),
  el0('CNTP_TVAL_EL0', 'Physical Timer Value: counts left.', 'D24, CNTP_TVAL_EL0', { encoding: [3, 3, 14, 2, 0], live: left('CNTP') }),
  el0('CNTP_CTL_EL0', 'Physical Timer Control.', 'D24, CNTP_CTL_EL0', {
    encoding: [3, 3, 14, 2, 1],
    fields: CTL_FIELDS,
    live: control('CNTP'),
  }),
  el0('CNTP_CVAL_EL0', 'Physical Timer Compare Value.', 'D24, CNTP_CVAL_EL0', { encoding: [3, 3, 14, 2, 2], live: compare('CNTP') }),
  el0('CNTV_TVAL_EL0', 'Virtual Timer Value: counts left.', 'D24, CNTV_TVAL_EL0', { encoding: [3, 3, 14, 3, 0], live: left('CNTV') }),
  el0('CNTV_CTL_EL0', 'Virtual Timer Control.', 'D24, CNTV_CTL_EL0', {
    encoding: [3, 3, 14, 3, 1],
    fields: CTL_FIELDS,
    live: control('CNTV'),
  }),
  el0('CNTV_CVAL_EL0', 'Virtual Timer Compare Value.', 'D24, CNTV_CVAL_EL0', { encoding: [3, 3, 14, 3, 2], live: compare('CNTV') }),
  registers('Timer', FROM_EL1)('CNTKCTL_EL1', 'Counter-timer Kernel Control: what EL0 may use.', 'D24, CNTKCTL_EL1', {
    encoding: [3, 0, 14, 1, 0],
    fields: [
      flag('EL0PTEN', 9, 'EL0 may use the physical timer.'),
      flag('EL0VTEN', 8, 'EL0 may use the virtual timer.'),
      field('EVNTI', 7, 4, 'Bit of the counter that triggers the event stream; not modelled.'),
      flag('EL0VCTEN', 1, 'EL0 may read the virtual counter.'),
      flag('EL0PCTEN', 0, 'EL0 may read the physical counter.'),
    ],
  }),
  el2('CNTHCTL_EL2', 'Counter-timer Hypervisor Control.', 'D24, CNTHCTL_EL2', {
    encoding: [3, 4, 14, 1, 0],
    live: { write: (core, value) => timer(core).setHypervisorControl(core, value), onChange: true },
    fields: [
      flag('CNTPMASK', 19, 'The interrupt of the physical timer is masked (FEAT_RME).'),
      flag('CNTVMASK', 18, 'The interrupt of the virtual timer is masked (FEAT_RME).'),
      flag('EL1PCEN', 1, 'EL1 and EL0 may use the physical timer.'),
      flag('EL1PCTEN', 0, 'EL1 and EL0 may read the physical counter.'),
    ],
  }),
  el2('CNTVOFF_EL2', 'Counter-timer Virtual Offset.', 'D24, CNTVOFF_EL2', {
    encoding: [3, 4, 14, 0, 3],
    live: { write: (core, value) => timer(core).setOffset(core, value), onChange: true },
  }),
  el2('CNTHP_TVAL_EL2', 'EL2 Physical Timer Value: counts left.', 'D24, CNTHP_TVAL_EL2', {
    encoding: [3, 4, 14, 2, 0],
    live: left('CNTHP'),
  }),
  el2('CNTHP_CTL_EL2', 'EL2 Physical Timer Control.', 'D24, CNTHP_CTL_EL2', {
    encoding: [3, 4, 14, 2, 1],
    fields: CTL_FIELDS,
    live: control('CNTHP'),
  }),
  el2('CNTHP_CVAL_EL2', 'EL2 Physical Timer Compare Value.', 'D24, CNTHP_CVAL_EL2', { encoding: [3, 4, 14, 2, 2], live: compare('CNTHP') }),
  secure('CNTPS_TVAL_EL1', 'Secure Timer Value: counts left.', 'D24, CNTPS_TVAL_EL1', { encoding: [3, 7, 14, 2, 0], live: left('CNTPS') }),
  secure('CNTPS_CTL_EL1', 'Secure Timer Control.', 'D24, CNTPS_CTL_EL1', {
    encoding: [3, 7, 14, 2, 1],
    fields: CTL_FIELDS,
    live: control('CNTPS'),
  }),
  secure('CNTPS_CVAL_EL1', 'Secure Timer Compare Value.', 'D24, CNTPS_CVAL_EL1', { encoding: [3, 7, 14, 2, 2], live: compare('CNTPS') }),
];
