/** Events in columns of fixed width: a fraction of what objects take, and quick to look through by kind. */
import { EVENTS, type Event, type EventKind } from '../../machine/index.ts';
import { EVENT_KINDS, kindIndex } from './summary.ts';

type Value = number | bigint | string | boolean;
type Columned = Event & Readonly<Record<string, Value>>;

interface Field {
  readonly name: string;
  readonly type: 'number' | 'bigint' | 'string' | 'boolean';
}

const TYPES: Readonly<Record<string, Field['type']>> = { u64: 'bigint', va: 'bigint', text: 'string', flag: 'boolean' };

/** Fields of each kind, in the order of `EVENT_KINDS`. */
const FIELDS: readonly (readonly Field[])[] = EVENT_KINDS.map((kind) =>
  Object.entries(EVENTS[kind].fields).map(([name, type]) => ({ name, type: TYPES[type] ?? 'number' })),
);
const WIDTH = FIELDS.reduce((most, { length }) => Math.max(most, length), 0);

export class EventBlock {
  private readonly steps: Float64Array;
  private readonly kinds: Uint8Array;
  private readonly cores: Uint8Array;
  private readonly values: BigUint64Array;
  private readonly numbers: Float64Array;
  private texts: string[] = [];
  private places = new Map<string, number>();
  /** Values of firmware events by name. */
  private readonly firmware = new Map<number, Event['fields']>();
  size = 0;

  constructor(private readonly room: number) {
    this.steps = new Float64Array(room);
    this.kinds = new Uint8Array(room);
    this.cores = new Uint8Array(room);
    this.values = new BigUint64Array(room * WIDTH);
    this.numbers = new Float64Array(this.values.buffer);
  }

  get full(): boolean {
    return this.size === this.room;
  }

  push(event: Event): void {
    const at = this.size++;
    const kind = kindIndex(event.kind);
    this.steps[at] = event.step;
    this.kinds[at] = kind;
    this.cores[at] = event.core;
    const fields = FIELDS[kind];
    for (let i = 0; i < fields.length; i++) {
      const { name, type } = fields[i];
      const value = (event as Columned)[name];
      if (type === 'bigint') this.values[at * WIDTH + i] = value as bigint;
      else this.numbers[at * WIDTH + i] = type === 'string' ? this.place(value as string) : Number(value);
    }
    if (event.fields) this.firmware.set(at, event.fields);
  }

  at(index: number): Event {
    const kind = this.kinds[index];
    const event: Record<string, unknown> = { kind: EVENT_KINDS[kind] };
    for (const [i, { name, type }] of FIELDS[kind].entries()) {
      const number = this.numbers[index * WIDTH + i];
      if (type === 'bigint') event[name] = this.values[index * WIDTH + i];
      else if (type === 'string') event[name] = this.texts[number];
      else event[name] = type === 'boolean' ? number === 1 : number;
    }
    event.step = this.steps[index];
    event.core = this.cores[index];
    const fields = this.firmware.get(index);
    if (fields) event.fields = fields;
    return event as unknown as Event;
  }

  kindAt(index: number): EventKind {
    return EVENT_KINDS[this.kinds[index]];
  }

  /** A block with the first `size` events, to which others may be added. */
  copy(size: number): EventBlock {
    const block = new EventBlock(this.room);
    block.steps.set(this.steps);
    block.kinds.set(this.kinds);
    block.cores.set(this.cores);
    block.values.set(this.values);
    block.texts = [...this.texts];
    block.places = new Map(this.places);
    for (const [at, fields] of this.firmware) if (at < size) block.firmware.set(at, fields);
    block.size = size;
    return block;
  }

  private place(text: string): number {
    const known = this.places.get(text);
    if (known !== undefined) return known;
    this.places.set(text, this.texts.length);
    return this.texts.push(text) - 1;
  }
}
