/**
 * What happens on a machine, as one closed, typed union: the only thing that breakpoints, views, timelines, tests and
 * traces look at. A row per kind; types, conditions, filters and sentences derive from the rows.
 */

/** How a field is shown and compared. `state`, `world`, `space`, `tag`: an index or value of the architecture's table of that name. */
export type FieldType = 'state' | 'world' | 'space' | 'tag' | 'pa' | 'va' | 'u64' | 'count' | 'flag' | 'text';

/** Names for the values that events carry; made from an architecture's tables and a program's constants. */
export interface Names {
  state(index: number): string;
  world(index: number): string;
  space(index: number): string;
  tag(value: number): string;
  /** The program's name of a monitor-call function identifier, else hex. */
  call(fid: bigint): string;
  address(value: bigint | number): string;
  /** Which vector of the program is missing at an address that a state's exception went to; undefined if it is something else. */
  missingVector(address: bigint, state: number): string | undefined;
}

type Fields = Readonly<Record<string, FieldType>>;
type ValueOf<T extends FieldType> = T extends 'text' ? string : T extends 'flag' ? boolean : T extends 'va' | 'u64' ? bigint : number;
type Values<F extends Fields> = { readonly [K in keyof F]: ValueOf<F[K]> };

export interface EventRow<F extends Fields = Fields> {
  /** Title as menus show it: `GPC fault`. */
  readonly label: string;
  readonly summary: string;
  readonly fields: F;
  /** Whether a user can stop on it, and whether that is so from the start. */
  readonly filter?: 'on' | 'off';
  /** Whether a stop on it is an exception (explained by the exception widget) or a stop of its own. */
  readonly fault?: boolean;
  /** One sentence, as the Events view and a stop show it. */
  // A method, so that rows of any fields are comparable with `EventRow`.
  describe(event: Values<F>, names: Names): string;
}
const row = <const F extends Fields>(row: EventRow<F>): EventRow<F> => row;

export const EVENTS = {
  el_transition: row({
    label: 'EL transition',
    summary: 'A core changed its exception level or its world.',
    fields: { from: 'state', to: 'state', cause: 'text' },
    filter: 'off',
    describe: (e, n) => `EL transition ${n.state(e.from)} → ${n.state(e.to)} (${e.cause})`,
  }),
  world_switch: row({
    label: 'World switch',
    summary: 'The running world other than Root differs from the one that ran on this core before.',
    fields: { from: 'world', to: 'world' },
    filter: 'off',
    describe: (e, n) => `world switch ${n.world(e.from)} → ${n.world(e.to)}`,
  }),
  smc: row({
    label: 'SMC',
    summary: 'A secure monitor call was taken.',
    fields: { fid: 'u64', imm: 'count', from: 'state', to: 'state', x1: 'u64', x2: 'u64', x3: 'u64' },
    filter: 'off',
    describe: (e, n) => `SMC ${n.call(e.fid)} from ${n.state(e.from)}`,
  }),
  hvc: row({
    label: 'HVC',
    summary: 'A hypervisor call was taken.',
    fields: { imm: 'count', from: 'state', to: 'state', x0: 'u64' },
    filter: 'off',
    describe: (e, n) => `HVC #${e.imm} from ${n.state(e.from)}`,
  }),
  svc: row({
    label: 'SVC',
    summary: 'A supervisor call was taken.',
    fields: { imm: 'count', from: 'state', to: 'state', x0: 'u64', x8: 'u64' },
    filter: 'off',
    describe: (e, n) => `SVC #${e.imm} from ${n.state(e.from)}`,
  }),
  register_trap: row({
    label: 'Trapped register access',
    summary: 'A read or write of a system register was trapped to a higher level.',
    fields: { register: 'text', write: 'flag', control: 'text', from: 'state', to: 'state' },
    filter: 'off',
    describe: (e, n) => `${e.write ? 'write' : 'read'} of ${e.register} in ${n.state(e.from)} trapped to ${n.state(e.to)} by ${e.control}`,
  }),
  interrupt_pending: row({
    label: 'Interrupt pending',
    summary: 'An interrupt became pending at the interrupt controller.',
    fields: { intid: 'count', group: 'text', source: 'text' },
    filter: 'off',
    describe: (e) => `interrupt ${e.intid} (${e.group}) pending from ${e.source}`,
  }),
  interrupt: row({
    label: 'Interrupt',
    summary: 'A core took an interrupt.',
    fields: { type: 'text', from: 'state', to: 'state' },
    filter: 'off',
    describe: (e, n) => `${e.type} in ${n.state(e.from)} taken to ${n.state(e.to)}`,
  }),
  core_power: row({
    label: 'Core power',
    summary: 'A core was turned on, and starts at reset, or was turned off.',
    fields: { target: 'count', on: 'flag' },
    filter: 'off',
    describe: (e) => `core ${e.target} turned ${e.on ? 'on' : 'off'}`,
  }),
  dma: row({
    label: 'DMA access',
    summary: 'A DMA master made an access, or tried to.',
    fields: { master: 'text', stream: 'count', pa: 'pa', space: 'space', access: 'text', allowed: 'flag', problem: 'text' },
    filter: 'off',
    describe: (e, n) =>
      `DMA ${e.access} of ${n.address(e.pa)} as ${n.space(e.space)} by ${e.master}${e.allowed ? '' : `: aborted, ${e.problem}`}`,
  }),
  leak: row({
    label: 'Leak',
    summary: 'A secret reached an observer that it is not known to: loaded, held in a register, or seen on the bus.',
    fields: { secret: 'text', index: 'count', from: 'state', how: 'text', va: 'va' },
    filter: 'on',
    describe: (e, n) => `leak: ${n.state(e.from)} ${e.how} ${e.secret}[${e.index}]`,
  }),
  exception_entry: row({
    label: 'Exception entry',
    summary: 'A core took an exception to a vector.',
    fields: { from: 'state', to: 'state', vector: 'text', cause: 'text', syndrome: 'u64', elr: 'va', target: 'va' },
    filter: 'off',
    describe: (e, n) => `${e.cause} from ${n.state(e.from)} taken to ${n.state(e.to)} at ${e.vector}`,
  }),
  exception_return: row({
    label: 'Exception return',
    summary: 'A core returned from an exception.',
    fields: { from: 'state', to: 'state', target: 'va' },
    filter: 'off',
    describe: (e, n) => `exception return ${n.state(e.from)} → ${n.state(e.to)} at ${n.address(e.target)}`,
  }),
  gpc_fault: row({
    label: 'GPC fault',
    summary: 'A granule protection check refused an access, or could not be completed.',
    fields: { pa: 'pa', va: 'va', from: 'state', space: 'space', gpi: 'tag', access: 'text', problem: 'text', level: 'count' },
    filter: 'on',
    fault: true,
    describe: (e, n) =>
      e.problem === ''
        ? `GPC fault: ${e.access} of ${n.address(e.pa)} as ${n.space(e.space)}; granule is ${n.tag(e.gpi)}`
        : `GPC fault: ${e.access} of ${n.address(e.pa)} as ${n.space(e.space)}; ${e.problem}`,
  }),
  translation_fault: row({
    label: 'Translation fault',
    summary: 'Translation, permission, alignment or the bus refused an access.',
    fields: { va: 'va', from: 'state', access: 'text', problem: 'text', level: 'count', stage: 'count', ipa: 'pa' },
    filter: 'off',
    fault: true,
    describe: (e, n) => `${e.problem}: ${e.access} of ${n.address(e.va)} in ${n.state(e.from)}`,
  }),
  undefined_instruction: row({
    label: 'Undefined instruction',
    summary: 'A core fetched bytes that are no instruction, or one that its state may not execute.',
    fields: { pc: 'va', from: 'state', word: 'count', problem: 'text' },
    filter: 'on',
    fault: true,
    describe: (e, n) => `undefined instruction at ${n.address(e.pc)} in ${n.state(e.from)}: ${e.problem}`,
  }),
  illegal_return: row({
    label: 'Illegal exception return',
    summary: 'A return asked for a state that does not exist or may not be entered.',
    fields: { from: 'state', spsr: 'u64', problem: 'text' },
    filter: 'on',
    fault: true,
    describe: (e, n) => `illegal exception return from ${n.state(e.from)}: ${e.problem}`,
  }),
  unhandled_fault: row({
    label: 'Unhandled fault',
    summary: 'An exception could not be taken: the vector itself faults, for ever. The core is stopped.',
    fields: { from: 'state', vector: 'va', problem: 'text' },
    filter: 'on',
    fault: true,
    describe: (e, n) =>
      `unhandled fault in ${n.state(e.from)}: ${n.missingVector(e.vector, e.from) ?? `vector ${n.address(e.vector)} cannot be executed; ${e.problem}`}`,
  }),
  tlb_maintenance: row({
    label: 'TLB maintenance',
    summary: 'Cached translations or granule protection information were invalidated.',
    fields: { operation: 'text', from: 'state', operand: 'u64', dropped: 'count' },
    describe: (e, n) => `TLBI ${e.operation} in ${n.state(e.from)}: ${e.dropped} ${e.dropped === 1 ? 'entry' : 'entries'} dropped`,
  }),
  cache_maintenance: row({
    label: 'Cache maintenance',
    summary: 'A cache maintenance operation was executed.',
    fields: { operation: 'text', from: 'state', operand: 'u64', pa: 'pa', space: 'space' },
    describe: (e, n) => `DC ${e.operation} of ${n.address(e.pa)} as ${n.space(e.space)} in ${n.state(e.from)}`,
  }),
  firmware: row({
    label: 'Firmware event',
    summary: 'An event that firmware declares and announces itself.',
    fields: { name: 'text', from: 'state', values: 'text' },
    describe: (e) => `${e.name}${e.values}`,
  }),
  expectation_failed: row({
    label: 'Failed expectation',
    summary: 'An `expect` of the scenario did not hold.',
    fields: { from: 'state', text: 'text' },
    filter: 'on',
    fault: true,
    describe: (e) => `failed expectation: ${e.text}`,
  }),
  panic: row({
    label: 'Panic',
    summary: 'Code gave up by `panic`.',
    fields: { from: 'state', message: 'text' },
    filter: 'on',
    fault: true,
    describe: (e) => `panic: ${e.message}`,
  }),
  finished: row({
    label: 'Finish',
    summary: 'A core finished its part of the scenario.',
    fields: { from: 'state' },
    describe: (e, n) => `finished in ${n.state(e.from)}`,
  }),
  absent: row({
    label: 'Absent feature',
    summary: 'Code used something that the model does not have. The core is stopped rather than pretending.',
    fields: { from: 'state', feature: 'text' },
    filter: 'on',
    fault: true,
    describe: (e, n) => `not modelled: ${e.feature} (used in ${n.state(e.from)})`,
  }),
} as const;

export type EventKind = keyof typeof EVENTS;
/** What a raiser passes: the kind and its fields. */
export type EventBody = { [K in EventKind]: { readonly kind: K } & Values<(typeof EVENTS)[K]['fields']> }[EventKind];
/** `step` is the position before the word that raised it. `fields`: the values of a firmware event by name. */
export type Event = EventBody & { readonly step: number; readonly core: number; readonly fields?: Readonly<Record<string, bigint>> };

export function describeEvent(event: Event, names: Names): string {
  return (EVENTS[event.kind] as EventRow).describe(event as never, names);
}
