import { describe, expect, it } from 'vitest';
import type { Engine, Frame } from '../engine/engine.ts';
import { AddressBook } from './addresses.ts';

const architecture = {
  registers: [{ name: 'ROOT', bits: 64 }],
  states: [{ translationRoots: ['ROOT'] }],
  spaces: [{ id: 'ns' }, { id: 'root' }],
};
const engine = { machine: { architecture } } as unknown as Engine;
const frame = (root: bigint): Frame => ({ core: 0, registers: { state: 0, regs: BigUint64Array.of(root) } }) as unknown as Frame;

describe('a memory reference', () => {
  it('is 64 bits of hex: the number of a space, and the address in it', () => {
    const book = new AddressBook(engine);
    expect(book.refer(book.physical(0, 0x8800_0000))).toBe('0x0100000088000000');
    expect(book.refer(book.physical(1, 0x8800_0000))).toBe('0x0200000088000000');
    expect(book.refer(book.physical(0, 0x1000))).toBe('0x0100000000001000');
  });

  it('has another space for another translation root, and the same for the same', () => {
    const book = new AddressBook(engine);
    const [first, second, third] = [1n, 2n, 1n].map((root) => book.refer(book.virtual(frame(root), 0x1000n)));
    expect(first).not.toBe(second);
    expect(third).toBe(first);
  });

  it('is read back, moved by an offset or by the client', () => {
    const book = new AddressBook(engine);
    const reference = book.refer(book.physical(1, 0x1000)) ?? '';
    expect(book.parse(reference, 16)).toMatchObject({ space: { kind: 'physical', space: 1 }, address: 0x1010n });
    expect(book.parse(`0x${(BigInt(reference) - 16n).toString(16)}`)).toMatchObject({ space: { space: 1 }, address: 0xff0n });
  });

  it('of a virtual address is sign-extended from bit 55', () => {
    const book = new AddressBook(engine);
    const reference = book.refer(book.virtual(frame(1n), 0xffff_8000_0000_1000n)) ?? '';
    expect(reference).toBe('0x01ff800000001000');
    expect(book.parse(reference)?.address).toBe(0xffff_8000_0000_1000n);
  });

  it('may be typed with the name of an address space', () => {
    const book = new AddressBook(engine);
    expect(book.parse('root:0x8800_0000')).toMatchObject({ space: { kind: 'physical', space: 1 }, address: 0x8800_0000n });
    expect(book.parse('va:0x1000', 0, frame(1n))).toMatchObject({ space: { kind: 'virtual' } });
    expect([book.parse('va:0x1000'), book.parse('mars:0x1000'), book.parse('0x1000'), book.parse('')]).toEqual([
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('keeps the translation that it was made with', () => {
    const book = new AddressBook(engine);
    const live = frame(1n);
    const reference = book.refer(book.virtual(live, 0x1000n)) ?? '';
    live.registers.regs[0] = 2n;
    const place = book.parse(reference);
    expect(place?.space.kind === 'virtual' && place.space.view.regs[0]).toBe(1n);
  });
});
