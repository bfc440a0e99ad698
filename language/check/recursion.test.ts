import { describe, expect, it } from 'vitest';
import { check, complaints, imageComplaints } from '../workspace/testing.ts';

const endless = (members: string): string[] => imageComplaints(members).filter((each) => each.startsWith('TFW305'));

describe('a function that calls itself on every path', () => {
  it('is found, with those between', () => {
    expect(endless('fn a() { a() }')).toEqual(['TFW305 `a` calls itself on every path, without end.']);
    expect(endless('fn a() { b() }\nfn b() { c() }\nfn c() { a() }')).toEqual([
      'TFW305 `a` calls itself by way of `c` on every path, without end.',
      'TFW305 `b` calls itself by way of `a` on every path, without end.',
      'TFW305 `c` calls itself by way of `b` on every path, without end.',
    ]);
  });

  it('is found on circles that share functions, and not beside them', () => {
    expect(
      endless('fn a() { b()\nc() }\nfn b() { a() }\nfn c() { b()\nd() }\nfn d() { }\nfn e() { a() }').map((each) => each.slice(0, 10)),
    ).toEqual(['TFW305 `a`', 'TFW305 `b`', 'TFW305 `c`']);
    expect(endless('fn a(n: u64) { if n == 0 { return }\na(n - 1) }')).toEqual([]);
    expect(endless('fn a() { b() }\nfn b() { if x0 == 1 { a() } }')).toEqual([]);
  });

  it('is looked for along chains of thousands', () => {
    const chain = Array.from({ length: 3000 }, (_, i) => `fn f${i}() { f${i + 1}() }`).join('\n');
    expect(check(`${chain}\nfn f3000() { }\n`)).toEqual([]);
    expect(complaints('', '', `${chain}\nfn f3000() { f2999() }`).map((each) => each.slice(0, 14))).toEqual([
      'TFW305 `f2999`',
      'TFW305 `f3000`',
    ]);
  });
});

describe('the address spaces that a function needs', () => {
  it('are those of all that it calls, however far away', () => {
    const chain = Array.from({ length: 6000 }, (_, i) => `fn f${i}() { f${i + 1}() }`).join('\n');
    expect(complaints('f0()', '', `${chain}\nfn f6000() { let p = 3 as *realm u64 }`)).toEqual([
      'TFW201 `f0` uses `*realm` pointers, but image `host` runs in NS.EL2 and has no window to `realm`; declare `window realm at …`.',
    ]);
  });
});
