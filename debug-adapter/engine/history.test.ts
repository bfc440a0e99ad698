import { describe, expect, it } from 'vitest';
import type { MachineSnapshot } from '../../machine/index.ts';
import { type Checkpoint, History } from './history.ts';
import { initialLedger } from './ledger.ts';
import type { Summary } from './summary.ts';

const scale = { coarse: 100, fine: 10, budget: 8, pages: 50, events: 10, runs: 4 };
const checkpoint = (step: number): Checkpoint => ({
  step,
  machine: { step } as MachineSnapshot,
  ledger: initialLedger(1),
  events: 0,
  given: 0,
});
const summary = (count = 1): Summary => ({ pages: new Map(), registers: [], counts: new Uint32Array([count]), words: new Uint32Array() });

function grown(segments: number, length = 100): History {
  const history = new History(checkpoint(0), scale);
  for (let i = 1; i <= segments; i++) history.append(checkpoint(i * length), summary());
  return history;
}
const starts = (history: History): number[] => history.chain.map(({ start }) => start.step);

describe('the chain', () => {
  it('finds the segment of every step, and none at its tip', () => {
    const history = grown(3);
    expect([0, 99, 100, 299].map((step) => history.leaf(step)?.start.step)).toEqual([0, 0, 100, 200]);
    expect(history.leaf(300)).toBeUndefined();
  });

  it('joins short segments, and keeps them as parts', () => {
    const history = grown(10, 10);
    expect(starts(history)).toEqual([0]);
    expect(history.chain[0].summary.counts[0]).toBe(10);
    expect(history.leaf(57)?.start.step).toBe(50);
  });

  it('stays within its budget, gapless, with step 0, longer segments the older they are', () => {
    const history = grown(500);
    expect(history.chain.length).toBeLessThanOrEqual(8);
    expect(history.chain[0].start.step).toBe(0);
    for (const [i, { start, end }] of history.chain.entries()) {
      expect(end).toBe(history.chain[i + 1]?.start.step ?? history.tip.step);
      expect(end).toBeGreaterThan(start.step);
    }
    const lengths = history.chain.map(({ start, end }) => end - start.step);
    expect(lengths[0]).toBeGreaterThan(4 * (lengths.at(-1) ?? 0));
    expect(history.chain.reduce((sum, segment) => sum + segment.summary.counts[0], 0)).toBe(500);
  });

  it('shares with a fork what came before it, and neither sees what the other does next', () => {
    const history = grown(5);
    const forked = history.fork(checkpoint(250));
    expect(forked.tip.step).toBe(250);
    expect(forked.chain.map(({ start, end }) => [start.step, end])).toEqual([
      [0, 100],
      [100, 200],
      [200, 250],
    ]);
    forked.append(checkpoint(360), summary());
    expect(starts(forked)).toEqual([0, 100, 200, 250]);
    expect(starts(history)).toEqual([0, 100, 200, 300, 400]);
    expect(forked.chain[0].start).toBe(history.chain[0].start);
  });

  it('thins so far that its snapshots keep no more pages than they may', () => {
    const history = new History(checkpoint(0), { ...scale, budget: 1000 });
    const pages = (first: number) => new Map([0, 1, 2, 3].map((i) => [first + i, { page: first + i, lo: 1, hi: 0 }]));
    for (let i = 1; i <= 200; i++) history.append(checkpoint(i * 100), { ...summary(), pages: pages(i % 5) });
    expect(history.chain.reduce((sum, { summary }) => sum + summary.pages.size, 0)).toBeLessThanOrEqual(scale.pages);
    expect(history.chain[0].start.step).toBe(0);
    expect(history.chain.length).toBeGreaterThan(3);
  });

  it('keeps the parts of few segments only', () => {
    const history = grown(8);
    for (const segment of history.chain) {
      const { start, end } = segment;
      history.refine(segment, [
        { start, end: start.step + 50, summary: summary() },
        { start: checkpoint(start.step + 50), end, summary: summary() },
      ]);
    }
    history.append(checkpoint(900), summary());
    expect(history.chain.filter(({ parts }) => parts).length).toBeLessThanOrEqual(8);
    expect(history.leaf(799)?.start.step).toBe(750);
  });
});
