/** Sessions over values: changing them, watching them, and looking at memory through every address space. */
import { describe, it } from 'vitest';
import { Transcript } from './driver.ts';

const SHAPES = 'test/adapter/programs/shapes.tfw';
const LIFE = 'scenarios/arm/cca/realm-life.tfw';
const START_HERE = 'scenarios/arm/cca/start-here.tfw';
const FLUSH = 'scenarios/arm/cca/forgotten-flush.tfw';

describe('values', { timeout: 120_000 }, () => {
  it('are changed where they stand: variables, elements, fields of bits, members of enums, registers and their fields', async () => {
    const t = new Transcript();
    await t.launch(SHAPES, {}, () => t.breakpoints(SHAPES, 27));
    await t.go('continue');
    await t.set('Locals', ['total'], 'total + 41');
    await t.set('Statics', ['mood'], 'CALM');
    await t.set('Statics', ['mood'], 'BUSY (7)');
    await t.set('Statics', ['leaf', 'PA'], '0x9_0000');
    await t.set('Statics', ['point', 'x'], '0xffff_ffff');
    await t.set('Statics', ['numbers', '[999]'], '12');
    await t.set('General', ['x5'], '0x1234');
    await t.set('System', ['EL2', 'SCTLR_EL2', 'M'], '0');
    await t.set('Statics', ['point'], '1');
    await t.set('Statics', ['leaf', 'KIND'], '8');
    await t.set('Statics', ['numbers', '[999]'], '0x1_0000');
    await t.set('Locals', ['total'], 'totl');
    await t.set('System', ['Identification', 'MIDR_EL1'], '1');
    await t.scope('Statics', { open: ['leaf'] });
    await t.go('next');
    await t.scope('Locals');
    t.matches('edits');
  });

  it('are assigned in the console, where nothing else has side effects', async () => {
    const t = new Transcript();
    await t.launch(SHAPES, {}, () => t.breakpoints(SHAPES, 27));
    await t.go('continue');
    for (const line of ['total = 5', 'total *= 3', 'total == 15', 'leaf.VALID = 0', 'leaf', 'twice(2)', '1 = 2', 'x3 = 7', 'x3']) {
      await t.evaluate(line);
    }
    await t.evaluate('total = 1', 'watch');
    await t.go('next');
    await t.evaluate('total');
    await t.go('stepBack');
    await t.evaluate('total = 6');
    t.matches('assignments');
  });

  it('are watched: writes, reads, changes, elements, fields of registers, and addresses in one space', async () => {
    const t = new Transcript();
    await t.launch(SHAPES);
    await t.watch('numbers[999]', { accessType: 'readWrite' });
    await t.watch('mood@change');
    await t.watch('ELR_EL3', { accessType: 'write', condition: 'ELR_EL3 != 0' });
    await t.watch('1 + 1');
    await t.watch('0x10', { asAddress: true, bytes: 4 });
    await t.watch('realm:0x8008_1000', { bytes: 8 });
    await t.go('continue');
    await t.go('continue');
    await t.go('continue');
    await t.go('continue');
    await t.go('reverseContinue');
    await t.go('reverseContinue');
    t.matches('watches');
  });

  it('are shown in hexadecimal and by pages if a client asks for that', async () => {
    const t = new Transcript();
    await t.launch(SHAPES, {}, () => t.breakpoints(SHAPES, 29));
    await t.go('continue');
    await t.page('Statics', 'numbers', 996, 4, true);
    await t.page('Statics', 'numbers', 998, 100, false);
    await t.page('Locals', undefined, 0, 0, true);
    t.matches('hex-and-pages');
  });

  it('in memory depend on who asks: each address space, intermediate and virtual addresses, with reasons for what is refused', async () => {
    const t = new Transcript();
    await t.launch(LIFE, {}, () => t.functions('guest.main'));
    await t.go('continue');
    await t.memory('ipa:0x9000_0000', 8);
    await t.memory('va:0x1_0000_0000', 8);
    await t.memory('ns:0x10', 16);
    await t.memory('root:0xffff_fff8', 16);
    await t.memory('nowhere:0x10', 4);
    await t.disassemble(3, 'ipa:0x8000_0000');
    await t.tries('writeMemory', { memoryReference: 'ipa:0x8000_0800', data: 'AQIDBA==' });
    await t.memory('ipa:0x8000_0800', 4);
    await t.memory('va:0x8000_0800', 4);
    await t.memory('ns:0x8000_0800', 4);
    await t.tries('writeMemory', { memoryReference: 'ns:0x10', data: 'AQIDBA==' });
    await t.tries('writeMemory', { memoryReference: 'dram:0x8800_0000', data: 'AQIDBA==' });
    await t.tries('writeMemory', { memoryReference: 'ns:0x8800_0000', data: 'not Base64' });
    await t.evaluate('walk 0x8000_0000 as NS.EL2');
    t.matches('address-spaces');
  });

  it('in a cache are one thing to their address space, and another to whoever probes the bus', async () => {
    const t = new Transcript();
    await t.launch(FLUSH, { scenario: 'a scrub that never reached memory' });
    await t.go('next');
    await t.memory('realm:0x8800_09c0', 8);
    await t.memory('ns:0x8800_09c0', 8);
    await t.memory('dram:0x8800_09c0', 8);
    t.matches('cache-and-bus');
  });

  it('of a range are measured as anybody would', async () => {
    const t = new Transcript();
    await t.launch(START_HERE);
    await t.evaluate('measure 0x8800_0000 .. 0x8800_1000');
    await t.evaluate('measure 0x8800_0000 0');
    await t.evaluate('measure 0x0 .. 0x10');
    await t.evaluate('help measure');
    await t.completions('me');
    t.matches('measure');
  });
});
