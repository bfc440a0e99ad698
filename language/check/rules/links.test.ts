import { describe, expect, it } from 'vitest';
import { check, complaints } from '../../workspace/testing.ts';

const file = (text: string, files?: Record<string, string>): string[] =>
  check(text, files).map(({ code, message }) => `${code} ${message}`);

describe('a name that is not declared', () => {
  it.each([
    ['let a = RMI_VERSON', '`RMI_VERSON` is not declared; did you mean `RMI_VERSION`?'],
    ['let a = nowhere_near', '`nowhere_near` is not declared.'],
    ['let a = b\nlet b = 1', '`b` is used before it is declared.'],
    ['if x0 == 1 { let b = 1 }\nlet a = b', '`b` is known only in the block that declares it.'],
    ['let a = null', '`null` is not declared; write `0`.'],
    ['let a: int = 1', 'There is no type `int`; write `u64`.'],
    ['let a: u46 = 1', 'There is no type `u46`; did you mean `u16`?'],
    ['let a = Realm_', '`Realm_` is not declared; did you mean `Realm`?'],
    ['frobnicate()', 'There is no function or instruction `frobnicate`.'],
  ])('is reported with what is near: `%s`', (text, message) => {
    expect(complaints(text)).toEqual([`TFW101 ${message}`]);
  });

  it('of an enum names the enum to write', () => {
    expect(complaints('let a = Blue', '', 'enum Colour { Red, Blue }')).toEqual(['TFW101 `Blue` is not declared; write `Colour.Blue`.']);
  });

  it('of the library names the module to use', () => {
    expect(file('const A = RMI_VERSION')).toEqual(['TFW101 `RMI_VERSION` is not declared; it comes with `use firmware.arm.rmi`.']);
    expect(file('scenario "s" on cca { }')).toEqual(['TFW101 There is no platform `cca`; it comes with `use firmware.arm.cca`.']);
  });

  it('of the machine says so', () => {
    expect(complaints('HCR_EL4 = 1')).toEqual([expect.stringMatching(/^TFW101|^TFW103/)]);
    expect(complaints('ICC_EL2 = 1')).toEqual([expect.stringMatching(/^TFW103 Arm has no register `ICC_EL2`/)]);
    expect(complaints('x31 = 1')).toEqual([expect.stringMatching(/^TFW103 Arm has no register `x31`/)]);
    expect(complaints('tlbi(PAALO)')).toEqual([expect.stringMatching(/^TFW103 `tlbi` has no \w+ `PAALO`; did you mean `PAALL/)]);
  });
});

describe('another image', () => {
  it('cannot be called', () => {
    const text = 'image a in NS.EL2 { fn f() { } }\nimage b in NS.EL2 { fn g() { f() } }';
    expect(file(text)).toEqual(['TFW304 `f` is a function of image `a`; images talk by monitor calls, not by calls.']);
    expect(file(text.replace('{ f() }', '{ a.f() }'))).toEqual([
      'TFW304 Nothing of image `a` can be called from here; images talk by monitor calls.',
    ]);
    expect(complaints('bl31_main()')).toEqual([expect.stringMatching(/^TFW304 `bl31_main` is a function of image `bl31`/)]);
  });

  it('lends no names, while functions of the file are everybody’s', () => {
    expect(file('image a in NS.EL2 { const N = 1 }\nimage b in NS.EL2 { fn g() -> u64 { return N } }')).toEqual([
      'TFW101 `N` is not declared.',
    ]);
    expect(file('fn f() { }\nimage b in NS.EL2 { fn g() { f() } }')).toEqual([]);
  });
});

describe('a scenario', () => {
  const scenario = (members: string) =>
    file(`use firmware.arm.cca\nscenario "s" on cca {\nimage host in NS.EL2 { fn main() { } }\n${members}\n}`);

  it('names what there is', () => {
    expect(scenario('core 0 runs host.main\nexpect event gpc_fault(pa == 1)\nexpect never smc')).toEqual([]);
    expect(scenario('core 0 runs hots.main')).toEqual(['TFW101 There is no image `hots`; did you mean `host`?']);
    expect(scenario('core 0 runs host.mian')).toEqual(['TFW101 `host` has no function or entry `mian`; did you mean `main`?']);
    expect(scenario('expect event gpc_falt')).toEqual(['TFW101 There is no event `gpc_falt`; did you mean `gpc_fault`?']);
    expect(scenario('expect event gpc_fault(pb == 1)')).toEqual([expect.stringMatching(/^TFW101 `pb` is not declared/)]);
  });

  it('compares events with constants only', () => {
    expect(scenario('const PAGE = 0x1000\nexpect event gpc_fault(pa == PAGE + 8)')).toEqual([]);
    expect(scenario('expect event gpc_fault(pa == x0)')).toEqual([expect.stringMatching(/^TFW205 `x0` is not known/)]);
    expect(scenario('expect event gpc_fault(pa)')).toEqual([expect.stringMatching(/^TFW201 A condition on an event wants a condition/)]);
  });
});

describe('a file that uses others', () => {
  it('sees all that they declare and use', () => {
    const files = { 'a.tfw': 'use "./b.tfw"\nconst A = B', 'b.tfw': 'const B = 1' };
    expect(file('use "./a.tfw"\nconst C = A + B', files)).toEqual([]);
  });

  it('may use them in circles', () => {
    expect(file('use "./a.tfw"\nconst C = A', { 'a.tfw': 'use "./main.tfw"\nconst A = 1\nconst D = C' })).toEqual([]);
  });

  it('does not declare again what they declare', () => {
    expect(file('use "./a.tfw"\nconst A = 2', { 'a.tfw': 'const A = 1' })).toEqual(['TFW102 `A` is already declared in a.tfw.']);
  });

  it('shows their errors at their own places', () => {
    const [error] = check('use "./a.tfw"', { 'a.tfw': 'const A = = 1' });
    expect(error).toMatchObject({ code: 'TFW001', range: { uri: 'file:///work/a.tfw', line: 0, column: 10 } });
  });

  it('is told when there is no such file', () => {
    expect(file('use "./c.tfw"')).toEqual([expect.stringMatching(/^TFW104 There is no file `.\/c.tfw`/)]);
    expect(file('use "/etc/passwd"')).toEqual([expect.stringMatching(/^TFW104/)]);
    expect(file('use firmware.arm.cc')).toEqual(['TFW104 There is no module `firmware.arm.cc` in the library.']);
  });
});
