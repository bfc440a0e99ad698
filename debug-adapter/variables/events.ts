/** The fields of an event, and the exception that a core took last, as lines of the Variables view. */
import { describeEvent, EVENTS, type Event, type EventRow, type FieldType, type Names, type RegisterRow } from '../../machine/index.ts';
import type { Debuggee } from '../debuggee.ts';
import { bits, hex, integer } from '../format.ts';
import { type Expandable, fixed, type Node } from './expandable.ts';
import { fieldsOf, nameOf } from './fields.ts';
import { decoded } from './registers.ts';

const FIELDS: { readonly [T in FieldType]: (value: unknown, names: Names) => string } = {
  state: (value, names) => names.state(Number(value)),
  world: (value, names) => names.world(Number(value)),
  space: (value, names) => names.space(Number(value)),
  tag: (value, names) => names.tag(Number(value)),
  pa: (value, names) => names.address(value as number),
  va: (value, names) => names.address(value as bigint),
  u64: (value) => hex(value as bigint),
  count: (value) => integer(BigInt(value as number)),
  flag: (value) => `${value}`,
  text: (value) => `${value}`,
};

export function eventFields(debuggee: Debuggee, event: Event): Expandable {
  return fixed(() => {
    const row: EventRow = EVENTS[event.kind];
    // What firmware announces is listed by its own fields, not once more as the text that they make.
    const said = Object.entries(row.fields).filter(([, type]) => event.fields === undefined || type !== 'text');
    const own = said.map(([name, type]) => field(debuggee, event, name, type));
    const announced = Object.entries(event.fields ?? {}).map(([name, value]): Node => ({ name, value: integer(value) }));
    return [{ name: row.label, value: describeEvent(event, debuggee.names) }, ...own, ...announced];
  });
}

function field(debuggee: Debuggee, event: Event, name: string, type: FieldType): Node {
  const value = (event as unknown as Record<string, unknown>)[name];
  return { name, value: FIELDS[type](value, debuggee.names), type, ...referenceOf(debuggee, event, type, value) };
}

/** Physical addresses are of the space that the event names; virtual ones are seen as its core sees them now. */
function referenceOf({ addresses, engine }: Debuggee, event: Event, type: FieldType, value: unknown): Pick<Node, 'memoryReference'> {
  const { space } = event as unknown as { readonly space?: number };
  const core = engine.machine.cores[event.core];
  const place =
    type === 'pa' && space !== undefined
      ? addresses.physical(space, value as number)
      : type === 'va' && core
        ? addresses.virtual({ core: core.id, registers: core }, value as bigint)
        : undefined;
  const memoryReference = place && addresses.refer(place);
  return memoryReference === undefined ? {} : { memoryReference };
}

type ExceptionEntry = Extract<Event, { readonly kind: 'exception_entry' }>;

/** How far back the last exception is looked for; a program that runs longer without one has nothing to say about it. */
const DEPTH = 20_000;

/** The exception that `core` took last before here. */
export function lastException({ engine }: Debuggee, core: number): ExceptionEntry | undefined {
  for (let end = engine.eventCount; end > Math.max(0, engine.eventCount - DEPTH); end -= 256) {
    const from = Math.max(0, end - 256);
    const found = engine.events(from, end - from).findLast((event) => event.kind === 'exception_entry' && event.core === core);
    if (found) return found as ExceptionEntry;
  }
  return undefined;
}

export function exceptionFields(debuggee: Debuggee, event: ExceptionEntry): Expandable {
  return fixed(() =>
    Object.entries(EVENTS.exception_entry.fields).map(([name, type]) => {
      const plain = field(debuggee, event, name, type);
      const row = name === 'syndrome' ? syndromeRegister(debuggee, event) : undefined;
      return row ? { ...plain, name: row.name, children: decoded(row, event.syndrome) } : plain;
    }),
  );
}

/** `ESR = 0x9600_0010: EC = …, DFSC = …`, the fields that have a meaning. */
export function syndromeText(debuggee: Debuggee, event: ExceptionEntry): string {
  const row = syndromeRegister(debuggee, event);
  if (!row) return `syndrome = ${hex(event.syndrome)}`;
  const named = fieldsOf(row, event.syndrome).flatMap((field) => {
    const name = nameOf(field, bits(event.syndrome, field.high, field.low));
    return name === undefined ? [] : [`${field.name} = ${name}`];
  });
  return `${row.name} = ${hex(event.syndrome)}${named.length > 0 ? `: ${named.join(', ')}` : ''}`;
}

/** The register of the state it was taken to that the architecture's table calls the one of the syndrome. */
function syndromeRegister({ architecture }: Debuggee, event: ExceptionEntry): RegisterRow | undefined {
  const { level } = architecture.states[event.to];
  return architecture.registers.find(({ group, summary }) => group === level && /syndrome/i.test(summary));
}
