import { describe, expect, it } from 'vitest';
import { imageComplaints } from '../../workspace/testing.ts';

const MEMBERS = 'struct Context { gprs: [u64; 32] }\nvar contexts: [Context; 4]\nfn handle() -> u64 { return 1 }\n';
const el3 = (body: string): string[] => imageComplaints(`${MEMBERS}vector sync_lower {\n${body}\neret()\n}`, 'Root.EL3');
const start = (body: string, state = 'NS.EL2'): string[] => imageComplaints(`${MEMBERS}entry start {\n${body}\nfinish\n}`, state);
const NAKED = [expect.stringMatching(/^TFW301/)];

describe('a vector that arrives without a stack', () => {
  it.each([
    'SCR_EL3.NS = 1',
    'save_gprs(SP_EL3)',
    '(SP_EL3 as *Context).gprs[0] = x0',
    'SP_EL0 = &contexts as u64 + MPIDR_EL1.Aff0 * 16',
    'if x0 == 1 { x1 = 2 } else { wfi() }',
    'while x0 == 1 { wfi() }',
    'contexts[MPIDR_EL1.Aff0].gprs[0] += 1',
    'expect x0 == 1',
    'if x0 == 1 { panic("no: {x0}") }',
  ])('may use registers, memory and instructions: `%s`', (body) => {
    expect(el3(body)).toEqual([]);
  });

  it.each([
    'let a = 1',
    'var a = 1',
    'handle()',
    'x0 = handle()',
    'x0 = smc(1)',
    'x0 = smc(1) + 1',
    'for i in 0..3 { }',
    'match x0 { 1 => wfi() }',
    'if handle() == 1 { }',
    'if x0 == 1 { let a = 1 }',
    'while x0 == 1 { handle() }',
    'save_gprs(handle())',
    'if x0 == 1 { panic("{handle()}") }',
  ])('may not use what lives in a frame: `%s`', (body) => {
    expect(el3(body)).toEqual(NAKED);
  });

  it('may use it between the two stores to the stack switch, and not behind', () => {
    const body = (before: string, between: string, behind: string) => `${before}\nSPSel = 0\n${between}\nSPSel = 1\n${behind}`;
    expect(el3(body('', 'let a = handle()\nfor i in 0..a { handle() }', 'restore_gprs(SP_EL3)'))).toEqual([]);
    expect(el3(body('handle()', '', ''))).toEqual(NAKED);
    expect(el3(body('', '', 'handle()'))).toEqual(NAKED);
    expect(el3(body('', 'let a = 1', 'x0 = a'))).toEqual([
      'TFW301 `a` lives in a frame, and there is no stack here: store to `SPSel` first.',
    ]);
  });

  it('does not compute the stack switch by what needs a stack, nor within a block', () => {
    expect(el3('SPSel = handle()')).toEqual(NAKED);
    expect(el3('if x0 == 1 { SPSel = 0 }')).toEqual(['TFW301 `SPSel` gives or takes the stack, so it is written outside of blocks.']);
  });
});

describe('a vector that arrives on a stack', () => {
  it('has a frame from the start', () => {
    expect(imageComplaints(`${MEMBERS}vector sync_same_el {\nlet a = handle()\nfinish\n}`)).toEqual([]);
  });
});

describe('an entry', () => {
  it('has a stack once it stored to the stack switch of its state', () => {
    expect(start('SP_EL2 = 0x1000\nlet a = handle()')).toEqual([]);
    expect(start('let a = handle()')).toEqual(
      [expect.stringContaining('store to `SP_EL2` first'), expect.stringMatching(/^TFW301/)].slice(0, 1),
    );
    expect(start('SPSel = 0\nhandle()', 'Root.EL3')).toEqual([]);
    expect(start('SP_EL2 = 0x1000\nhandle()', 'Root.EL3')).toEqual(NAKED);
  });
});
