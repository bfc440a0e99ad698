import { describe, it } from 'vitest';
import { Transcript } from './driver.ts';

describe('the first two minutes', () => {
  it('lead from F5 to the store that took the page', async () => {
    const t = new Transcript();
    await t.launch('scenarios/arm/cca/start-here.tfw');
    await t.threads();
    await t.stack();
    await t.worlds();
    await t.go('continue');
    await t.stack();
    await t.exception();
    await t.scope('Locals', { frame: 2 });
    await t.happened();
    await t.travel('worldstep/whoChangedTag', { address: '0x88000000' });
    await t.stack();
    t.matches('start-here');
  });
});
