/**
 * Memory references. Viewers of memory compute with them as numbers, so a reference is one: 64 bits in hex, of which the
 * upper eight name an address space (physical, or virtual with its translation) and the lower 56 the address in it. A
 * virtual address is sign-extended from bit 55, as hardware does.
 */
import type { WordInfo } from '../../language/index.ts';
import { peekRegister, type RegisterView } from '../../machine/index.ts';
import type { Engine, Frame } from '../engine/engine.ts';
import { parseNumber } from '../format.ts';

type Space =
  | { readonly kind: 'physical'; readonly space: number }
  /** What a probe on the bus sees. */
  | { readonly kind: 'bus' }
  | { readonly kind: 'virtual'; readonly core: number; readonly view: RegisterView };

export interface Place {
  readonly space: Space;
  readonly address: bigint;
}

/** Physical address, and the address space that an access is made in. */
interface Located {
  readonly pa: number;
  readonly space: number;
}

const PAGE = 4096;
const SPACE_SHIFT = 56n;
const MOST_SPACES = 255;

export class AddressBook {
  /** By number - 1. */
  private readonly spaces: Space[] = [];
  private readonly numbers = new Map<string, number>();

  constructor(private readonly engine: Engine) {}

  virtual({ core, registers }: Pick<Frame, 'core' | 'registers'>, address: bigint): Place {
    return { space: { kind: 'virtual', core, view: registers }, address };
  }

  physical(space: number, address: bigint | number): Place {
    return { space: { kind: 'physical', space }, address: BigInt(address) };
  }

  /** Undefined once all numbers are taken: none may come to mean another space. */
  refer({ space, address }: Place): string | undefined {
    const number = this.number(space);
    if (number === undefined) return undefined;
    const value = (BigInt(number) << SPACE_SHIFT) | BigInt.asUintN(56, address);
    return `0x${value.toString(16).padStart(16, '0')}`;
  }

  /**
   * Reads a reference of ours, or what people type: `ns:0x8800_0000` and the other spaces, `va:` and
   * `ipa:` as `view` translates, `dram:` for what is on the bus.
   */
  parse(text: string, offset = 0, view?: Pick<Frame, 'core' | 'registers'>): Place | undefined {
    const [, prefix, digits] = /^\s*(?:([a-z]+):)?\s*([0-9a-fx_]+)\s*$/i.exec(text) ?? [];
    const number = parseNumber(digits ?? '');
    if (number === undefined) return undefined;
    const address = BigInt.asUintN(64, number + BigInt(offset));
    if (prefix !== undefined) return this.prefixed(prefix.toLowerCase(), address, view);
    // The sum stays in the space of the reference, as the number of the space is above every address.
    const space = this.spaces[Number(number >> SPACE_SHIFT) - 1];
    return space && { space, address: inSpace(space, address) };
  }

  /** Bytes from `place` on, up to the first that cannot be read. */
  read(place: Place, count: number): Uint8Array {
    const bytes = new Uint8Array(count);
    let at: Located | undefined;
    for (let i = 0; i < count; i++) {
      const address = BigInt.asUintN(64, place.address + BigInt(i));
      // One translation a page.
      at = at === undefined || (address & 0xfffn) === 0n ? this.locateBytes({ ...place, address }) : { ...at, pa: at.pa + 1 };
      if (at === undefined || !this.engine.machine.isMemory(at.pa, 1)) return bytes.subarray(0, i);
      bytes[i] = this.byte(place.space, at);
    }
    return bytes;
  }

  /** How many bytes from `place` on cannot be read; at most `most`. */
  unreadable(place: Place, most: number): number {
    let count = 0;
    while (count < most) {
      const address = BigInt.asUintN(64, place.address + BigInt(count));
      const at = this.locateBytes({ ...place, address });
      if (at && this.engine.machine.isMemory(at.pa, 1)) break;
      count += PAGE - Number(address & 0xfffn);
    }
    return Math.min(count, most);
  }

  /** What the bus holds, or for an address space what its cores see: a cache may know better than memory. */
  private byte(space: Space, { pa, space: seen }: Located): number {
    const { machine } = this.engine;
    return Number(space.kind === 'bus' ? machine.memory.read(pa, 1) : machine.readAs(seen, pa, 1, true));
  }

  wordAt(place: Place): WordInfo | undefined {
    const bytes = this.read(place, 4);
    if (bytes.length < 4) return undefined;
    const hash = new DataView(bytes.buffer).getUint32(0, true);
    return this.engine.machine.dictionary.get(hash) as WordInfo | undefined;
  }

  /** Where a place is in physical memory; undefined where nothing maps it. */
  locateBytes({ space, address }: Place): Located | undefined {
    if (space.kind === 'physical') return { pa: Number(address), space: space.space };
    if (space.kind === 'bus') return { pa: Number(address), space: 0 };
    return this.engine.resolve(space.view, space.core, address);
  }

  private prefixed(prefix: string, address: bigint, view: Pick<Frame, 'core' | 'registers'> | undefined): Place | undefined {
    if (prefix === 'va') return view && this.virtual(view, address);
    if (prefix === 'dram') return { space: { kind: 'bus' }, address };
    if (prefix === 'ipa') {
      const registers = view && this.engine.machine.cores[view.core].intermediate(view.registers);
      return registers && this.virtual({ core: view.core, registers }, address);
    }
    const space = this.engine.machine.architecture.spaces.findIndex(({ id }) => id === prefix);
    return space < 0 ? undefined : this.physical(space, address);
  }

  private number(space: Space): number | undefined {
    const key = space.kind === 'physical' ? `${space.space}` : space.kind === 'bus' ? 'bus' : this.translation(space);
    let number = this.numbers.get(key);
    if (number === undefined) {
      if (this.spaces.length === MOST_SPACES) return undefined;
      number = this.spaces.length + 1;
      this.numbers.set(key, number);
    }
    // A live core's registers move on; what was referred to keeps the translation that it had.
    this.spaces[number - 1] =
      space.kind === 'virtual' ? { ...space, view: { state: space.view.state, regs: space.view.regs.slice() } } : space;
    return number;
  }

  /** Two views translate alike if they are of one state and have the same roots. */
  private translation({ core, view }: Extract<Space, { kind: 'virtual' }>): string {
    const { architecture } = this.engine.machine;
    const roots = architecture.states[view.state].translationRoots.map((name) => {
      const index = architecture.registers.findIndex((row) => row.name === name);
      return index < 0 ? '' : peekRegister(architecture, view.regs, index).toString(16);
    });
    return [core, view.state, ...roots].join(':');
  }
}

function inSpace({ kind }: Space, address: bigint): bigint {
  return kind === 'virtual' ? BigInt.asUintN(64, BigInt.asIntN(56, address)) : BigInt.asUintN(56, address);
}
