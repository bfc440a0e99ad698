import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'mocha';
import { cleanUp, stopsAt } from '../debugging.ts';
import { extension, file, lineOf, open, press, sessionsEnd, startHere, texts } from './extension.ts';

describe('the views', () => {
  let stolen: number;
  beforeEach(async () => {
    const { document } = await open(file(startHere));
    stolen = lineOf(document, 'let stolen');
    await press('F5');
    await stopsAt(lineOf(document, 'let page'));
  });
  afterEach(async () => {
    await cleanUp();
    await sessionsEnd();
  });

  it('Worlds shows what runs and what is parked', async () => {
    const { views } = await extension();
    assert.deepEqual(texts(await views.worlds.current()), ['Non-secure EL2 ▸ host.main', 'Realm EL2 ▸ rmm, parked']);
    const icons = (await views.worlds.current()).map(({ icon }) => icon);
    assert.deepEqual(icons, [
      { id: 'globe', color: 'worldstep.nonSecureForeground' },
      { id: 'shield', color: 'worldstep.realmForeground' },
    ]);
  });

  it('PAS Tags marks the granule that changed hands since the last stop', async () => {
    const { views } = await extension();
    const before = texts(await views.pasTags.current());
    assert.equal(before.filter((text) => text.startsWith('0x8800_0000')).length, 0);
    await press('Continue');
    await stopsAt(stolen);
    const after = texts(await views.pasTags.current());
    assert.ok(after.includes('0x8800_0000: Realm · 4 KiB · changed'), after.join('\n'));
  });

  it('Enclaves shows what firmware declares of its own data', async () => {
    const { views } = await extension();
    const parked = (await views.enclaves.current()).find(({ label }) => label === 'Cores and parked worlds');
    assert.deepEqual(parked?.children?.()[0].label, 'Core 0');
  });

  it('Events ends with the fault, after the transitions that led there', async () => {
    const { views } = await extension();
    const before = (await views.events.current()).length;
    await press('Continue');
    await stopsAt(stolen);
    const rows = await views.events.current();
    const news = texts(rows.slice(before)).map((text) => text.replace(/: core 0 · step \d+$/, ''));
    assert.ok(news.includes('EL transition Non-secure EL2 → Root EL3 (SMC)'), news.join('\n'));
    const fault = rows.find(({ label }) => label === 'GPC fault: read of 0x8800_0000 as Non-secure; granule is Realm');
    assert.equal(fault?.icon?.id, 'error');
  });

  it('are empty when the session is over', async () => {
    const { views } = await extension();
    await cleanUp();
    await sessionsEnd();
    for (const view of [views.worlds, views.pasTags, views.enclaves, views.events]) assert.deepEqual(await view.current(), []);
  });
});
