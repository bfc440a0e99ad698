/**
 * Secrets of a scenario: random words that only some states may come to know, and the detection of those that others do. It
 * is a measuring instrument beside the hardware: a machine without secrets has none of it in its way, one with secrets
 * executes the same run and raises `leak` events besides.
 */
import type { Core } from './core.ts';
import { join, split } from './halves.ts';

export interface SecretRow {
  readonly name: string;
  /** 64-bit words. */
  readonly words: number;
  /** Bit i: known to state i of the architecture. */
  readonly knownTo: number;
}

/** Splits values into halves without allocating a BigInt. */
const wide = new BigUint64Array(1);
const half = new Uint32Array(wide.buffer);
/** A value whose low bits are nobody's is no secret: a look into a bit map says so of almost all. */
const FILTER_BITS = 4096;

export class Secrets {
  private readonly values: readonly BigUint64Array[];
  private readonly places = new Map<bigint, { readonly secret: number; readonly index: number }>();
  private readonly filter = new Uint8Array(FILTER_BITS);
  /** Registers that a state can read, by state. */
  private readonly readable = new Map<number, readonly number[]>();

  constructor(
    readonly rows: readonly SecretRow[],
    seed: number,
  ) {
    const draw = splitmix64(seed);
    this.values = rows.map(({ words }, secret) => {
      const values = new BigUint64Array(words);
      for (let index = 0; index < words; index++) {
        do values[index] = draw();
        while (this.places.has(values[index]) || values[index] >> 32n === 0n);
        this.places.set(values[index], { secret, index });
        this.filter[Number(values[index] & BigInt(FILTER_BITS - 1))] = 1;
      }
      return values;
    });
  }

  /** Word `index` of a secret; indices wrap round at its end. */
  word(secret: number, index: bigint): bigint {
    const values = this.values[secret];
    return values[Number(index % BigInt(values.length))];
  }

  // ------------------------------------------------------------------ what a core does

  /** Looks at all that words of this core load and write to registers from now on. */
  observe(core: Core): void {
    const load = core.lowLoad.bind(core);
    const local = core.lowLocal.bind(core);
    const write = core.lowWrite.bind(core);
    const looks = () => core.fault === null && core.explanation === undefined;
    core.lowLoad = (vaLow, vaHigh, size) => {
      const low = load(vaLow, vaHigh, size);
      const { high } = core;
      if (looks()) this.loaded(core, load, join(vaLow, vaHigh), size, join(low, high));
      core.high = high;
      return low;
    };
    core.lowLocal = (offset) => {
      const low = local(offset);
      const { high } = core;
      if (looks()) this.compare(core, join(low, high), 'loads', BigInt.asUintN(64, core.sp + BigInt(offset)));
      core.high = high;
      return low;
    };
    core.lowWrite = (register, low, high) => {
      write(register, low, high);
      this.compare(core, join(low, high), `holds in ${core.architecture.registers[register].name}`, 0n);
    };
  }

  /** The value itself, and the aligned words that its bytes come from: a byte of a secret is as good as all of it. */
  private loaded(core: Core, load: Core['lowLoad'], va: bigint, size: number, value: bigint): void {
    if (size === 8) this.compare(core, value, 'loads', va);
    const from = va & ~7n;
    if (size === 8 && from === va) return;
    for (let at = from; at < va + BigInt(size); at += 8n) {
      const word = join(load(split(core, at), core.high, 8), core.high);
      // A device may refuse an access of this width: that is nothing the core did.
      if (core.fault === null) this.compare(core, word, 'loads', va);
      core.fault = null;
    }
  }

  /** Says so at the end of the word, for one that faults has observed nothing. */
  private compare(core: Core, value: bigint, how: string, va: bigint): void {
    const place = this.find(value, core.state);
    if (!place) return;
    const { name } = this.rows[place.secret];
    const { state } = core;
    core.after(() => core.emit({ kind: 'leak', secret: name, index: place.index, from: state, how, va }));
  }

  /** The place of a value that is a secret to `state`. */
  private find(value: bigint, state: number): { readonly secret: number; readonly index: number } | undefined {
    wide[0] = value;
    if (this.filter[half[0] & (FILTER_BITS - 1)] === 0) return undefined;
    const place = this.places.get(wide[0]);
    return place && ((this.rows[place.secret].knownTo >>> state) & 1) === 0 ? place : undefined;
  }

  /** A core has come to another state: whatever stands in registers that are readable there is known there. */
  entered(core: Core): void {
    const { state, regs } = core;
    for (const register of this.registersOf(core)) {
      const place = this.find(regs[register], state);
      if (!place) continue;
      const how = `holds in ${core.architecture.registers[register].name}`;
      core.emit({ kind: 'leak', secret: this.rows[place.secret].name, index: place.index, from: state, how, va: 0n });
    }
  }

  private registersOf({ state, architecture: { registers } }: Core): readonly number[] {
    let known = this.readable.get(state);
    if (!known) {
      known = registers.flatMap(({ readable, alias, live }, i) => (((readable >>> state) & 1) === 1 && !alias && !live?.read ? [i] : []));
      this.readable.set(state, known);
    }
    return known;
  }

  // ------------------------------------------------------------------ what others see

  /**
   * Another master than a core reads [pa, pa + size) of memory: it sees the aligned words there. `core`: whom the event is
   * told of; `from`: the state for which the master acts.
   */
  readOnBus(core: Core, from: number, pa: number, size: number): void {
    for (let at = pa - (pa % 8); at < pa + size; at += 8) {
      const place = this.find(core.machine.memory.read(at, 8), from);
      if (!place) continue;
      core.emit({ kind: 'leak', secret: this.rows[place.secret].name, index: place.index, from, how: 'sees on the bus', va: BigInt(pa) });
    }
  }
}

/** Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014. */
function splitmix64(seed: number): () => bigint {
  let state = BigInt(seed);
  return () => {
    state = BigInt.asUintN(64, state + 0x9e37_79b9_7f4a_7c15n);
    let z = state;
    z = BigInt.asUintN(64, (z ^ (z >> 30n)) * 0xbf58_476d_1ce4_e5b9n);
    z = BigInt.asUintN(64, (z ^ (z >> 27n)) * 0x94d0_49bb_1331_11ebn);
    return z ^ (z >> 31n);
  };
}
