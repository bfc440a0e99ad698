import { describe, expect, it } from 'vitest';
import { platforms } from '../../machine/index.ts';

const RESERVED = 'fn let var const enum struct if else while for in match return break continue as sizeof true false';

describe('a name of the manual', () => {
  it('can be written in a program: a reserved one goes by its long form', () => {
    const reserved = new Set(RESERVED.split(' '));
    for (const { architecture } of platforms) {
      const { registers, instructions, constants } = architecture;
      const names = [...registers, ...instructions, ...constants].map(({ name }) => name);
      expect(names.filter((name) => reserved.has(name) || !/^[A-Za-z_]\w*$/.test(name))).toEqual([]);
    }
  });
});
