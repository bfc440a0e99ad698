import { describe, expect, it } from 'vitest';
import type { EventEntry } from '../../debug-adapter/protocol.ts';
import { eventRows } from './events.ts';

const event = (index: number, kind: string, fault = false): EventEntry => ({
  index,
  step: index * 10,
  core: 0,
  kind,
  label: kind,
  text: `${kind} happened`,
  fault,
});

describe('the Events view', () => {
  it('lists events in the order in which they happened, with core and step', () => {
    const rows = eventRows([event(3, 'smc'), event(4, 'world_switch')], 0);
    expect(rows.map(({ label, description }) => `${label}: ${description}`)).toEqual([
      'smc happened: core 0 · step 30',
      'world_switch happened: core 0 · step 40',
    ]);
  });

  it('gives every fault the same icon, and another one to what is no fault', () => {
    const rows = eventRows([event(0, 'gpc_fault', true), event(1, 'panic', true), event(2, 'smc'), event(3, 'unheard_of')], 0);
    expect(rows.map(({ icon }) => icon?.id)).toEqual(['error', 'error', 'call-outgoing', 'circle-small-filled']);
  });

  it('travels to the event that is selected', () => {
    expect(eventRows([event(7, 'smc')], 0)[0].command).toMatchObject({ command: 'worldstep.goToEvent', arguments: [7] });
  });

  it('offers the earlier ones on top, only if there are any', () => {
    expect(eventRows([event(7, 'smc')], 7).map(({ label }) => label)).toEqual(['Show earlier (7 more)', 'smc happened']);
    expect(eventRows([event(0, 'smc')], 0)).toHaveLength(1);
  });
});
