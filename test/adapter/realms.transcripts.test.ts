/** Sessions over Realms: from the host through EL3 and RMM into the guest, and back. */
import { describe, it } from 'vitest';
import { Transcript } from './driver.ts';

const LIFE = 'scenarios/arm/cca/realm-life.tfw';
const INTERRUPTED = 'scenarios/arm/cca/realm-interrupted.tfw';
const FIQ = 'scenarios/arm/cca/realm-fiq.tfw';
const RIPAS = 'scenarios/arm/cca/ripas-change.tfw';
const TAMPERING = 'scenarios/arm/cca/rec-tampering.tfw';

/** The second entry is the first that runs the Realm. */
const ENTERED = { name: 'host.rmi_rec_enter', hitCondition: '== 2' };

describe('a Realm', { timeout: 120_000 }, () => {
  it('runs while the host steps over RMI_REC_ENTER, and the step ends behind it, in the host', async () => {
    const t = new Transcript();
    await t.launch(LIFE, {}, () => t.functions(ENTERED));
    await t.go('continue');
    await t.stack();
    await t.go('next');
    await t.stack();
    await t.happened('host call');
    await t.go('stepBack');
    await t.stack();
    t.matches('rec-enter-over');
  });

  it('is reached by stepping into RMI_REC_ENTER: first EL3, then RMM, then the guest', async () => {
    const t = new Transcript();
    await t.launch(LIFE, {}, () => t.functions(ENTERED));
    await t.go('continue');
    await t.go('stepIn');
    await t.stack();
    await t.functions('rmm.run_realm');
    await t.go('continue');
    await t.go('next');
    await t.go('next');
    await t.go('stepIn');
    await t.functions('guest.main');
    await t.go('continue');
    await t.stack();
    await t.worlds();
    await t.threads();
    await t.functions();
    await t.go('worldstep/finishExcursion');
    await t.go('worldstep/finishExcursion');
    await t.stack();
    t.matches('rec-enter-into');
  });

  it('is left by an interrupt, over which one can step back and forward again', async () => {
    const t = new Transcript();
    await t.launch(INTERRUPTED, { scenario: 'an interrupt while a Realm runs' });
    await t.events([], [{ filterId: 'interrupt', condition: 'from == Realm.EL1' }]);
    await t.go('continue');
    await t.scope('Event');
    await t.stack();
    await t.go('worldstep/stepBackInto');
    await t.stack();
    await t.go('next');
    await t.go('reverseContinue');
    await t.go('continue');
    await t.go('worldstep/finishExcursionBack');
    await t.go('worldstep/finishExcursion');
    t.matches('interrupt-and-back');
  });

  it("is interrupted for EL3's sake: the stack shows EL3 above the host, and RMM has come and gone", async () => {
    const t = new Transcript();
    await t.launch(FIQ);
    await t.events([], [{ filterId: 'interrupt', condition: 'from == Realm.EL1' }]);
    await t.go('continue');
    await t.stack();
    await t.events([], [{ filterId: 'interrupt', condition: 'to == Root.EL3' }]);
    await t.go('continue');
    await t.stack();
    await t.worlds();
    await t.threads();
    t.matches('interrupt-of-el3');
  });

  it('calls RMM and PSCI by name: breakpoints on families of calls, with places and conditions', async () => {
    const t = new Transcript();
    await t.launch(LIFE, {}, () =>
      t.functions(
        { name: 'rsi:RSI_HOST_CALL' },
        { name: 'smc:RMI_DATA_CREATE', condition: 'x3 == REALM_RAM_BASE' },
        { name: 'rsi:NOTHING' },
        { name: 'psci:*@Realm' },
      ),
    );
    await t.asked('worldstep/breakpointNames', { text: 'rsi:RSI_M' }, ({ names }) => names);
    await t.asked('worldstep/breakpointNames', { text: 'smc_rec' }, ({ names }) => names);
    await t.asked('worldstep/breakpointNames', { text: 'smc:*@' }, ({ names }) => [names.join(' ')]);
    await t.go('continue');
    await t.scope('Event');
    await t.go('continue');
    await t.scope('Event');
    await t.go('continue');
    t.matches('calls-by-name');
  });

  it('has its registers saved by RMM, shown as RMM shows them and as its core left them', async () => {
    const t = new Transcript();
    await t.launch(LIFE, {}, () => t.functions({ name: 'guest.main' }));
    await t.go('continue');
    await t.functions('rmm.handle_realm_exit');
    await t.go('continue');
    await t.scope('Saved contexts');
    await t.scope('Saved contexts', { open: ['Realms', 'Realm 1', 'REC 0'], brief: true });
    await t.scope('Saved contexts', { open: ['Cores and parked worlds', 'Core 0', 'NonSecure'], brief: true });
    await t.scope('Saved contexts', { open: ['Non-secure EL2 ▸ host', 'System registers', 'EL2', 'ELR_EL2'], brief: true });
    await t.evaluate('owner rec');
    await t.evaluate('tag rec');
    t.matches('saved-contexts');
  });

  it('has a REC whose PC is watched: every store to it stops, with the old and the new value', async () => {
    const t = new Transcript();
    await t.launch(LIFE, {}, () => t.functions(ENTERED));
    await t.go('continue');
    await t.functions('rmm.rec_run_loop');
    await t.go('continue');
    await t.watch('rec.pc');
    await t.functions();
    await t.go('continue');
    await t.go('continue');
    await t.go('reverseContinue');
    await t.evaluate('history rec.pc');
    t.matches('watch-rec-pc');
  });

  it('runs into stage 2: a fault of its own translation stops, and is walked stage by stage', async () => {
    const t = new Transcript();
    await t.launch(TAMPERING, {}, () => t.events(['stage2_fault']));
    await t.go('continue');
    await t.exception();
    await t.stack();
    await t.evaluate('why');
    await t.scope('Last access', { frame: 2 });
    await t.scope('Last access', { frame: 2, open: ['write of 4 bytes at 0x1_1000_0000', '10 Stage 2'], brief: true });
    await t.scope('Event');
    await t.go('continue');
    t.matches('stage2-fault');
  });

  it('gives memory up: each change of a tag stops at the store of EL3 that made it, forwards and backwards', async () => {
    const t = new Transcript();
    await t.launch(RIPAS);
    await t.watch('tag 0x8800_1000');
    await t.go('continue');
    await t.stack();
    await t.evaluate('tags 0x8800_0000 .. 0x8802_0000');
    await t.go('continue');
    await t.go('reverseContinue');
    await t.evaluate('history 0x8800_1000');
    await t.asked('worldstep/granuleHistory', { address: '0x88001000' }, ({ changes }) =>
      changes.map(({ value, text }) => `${value} by ${text}`),
    );
    t.matches('watch-tag');
  });
});
