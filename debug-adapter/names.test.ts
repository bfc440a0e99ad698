import { describe, expect, it } from 'vitest';
import type { Program } from '../language/index.ts';
import { namesOf } from './names.ts';

const architecture = {
  states: [{ name: 'Outer L2' }],
  worlds: [{ name: 'Outer' }],
  spaces: [{ name: 'All' }],
  tags: [{ value: 9, name: 'Nine' }],
};
const names = namesOf({ platform: { architecture }, callName: (fid: bigint) => (fid === 1n ? 'ONE' : undefined) } as unknown as Program);

describe('names', () => {
  it('are those of the tables and the program', () => {
    expect([names.state(0), names.world(0), names.space(0), names.tag(9), names.call(1n)]).toEqual([
      'Outer L2',
      'Outer',
      'All',
      'Nine',
      'ONE',
    ]);
  });

  it('of what no table has are numbers', () => {
    expect([names.state(7), names.tag(0xa), names.call(0xc400_0151n), names.address(0x8800_0000)]).toEqual([
      '7',
      '0xa',
      '0xc400_0151',
      '0x8800_0000',
    ]);
  });
});
