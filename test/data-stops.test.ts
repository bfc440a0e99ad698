/** Stops on data on the real firmware: a granule's tag, and memory that is touched from one address space and not another. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { createEngine, type DataStop, type Engine, type Outcome, type StopSet, type Work } from '../debug-adapter/index.ts';
import { compileText } from './support/programs.ts';

function done<T>(work: Work<T>): T {
  for (;;) {
    const { done, value } = work.next();
    if (done) return value;
  }
}

const PAGE = 0x8800_0000;
const open = (): Engine => createEngine(compileText(readFileSync(new URL('../scenarios/arm/cca/round-trip.tfw', import.meta.url), 'utf8')));
const on = (stop: Omit<DataStop, 'id'>): StopSet => ({ words: [], events: [], data: [{ id: 1, ...stop }] });

function all(engine: Engine, go: () => Work<Outcome>): [number, string, bigint | undefined][] {
  const found: [number, string, bigint | undefined][] = [];
  for (let outcome = done(go()); outcome.kind === 'stop'; outcome = done(go())) {
    const [{ data }] = outcome.hits;
    found.push([engine.position, engine.stack(data?.core ?? 0)[0].text.split('.')[0], data?.after]);
  }
  return found;
}

it("a granule's tag stops in EL3 when it goes to Realm and when it comes back, in both directions", () => {
  const engine = open();
  const stops = on({ access: 'change', on: { kind: 'tag', pa: PAGE, size: 4096 } });
  const { tags } = engine.machine.architecture;
  const tag = (value: bigint | undefined): string | undefined => tags.find((row) => BigInt(row.value) === value)?.name;
  const forward = all(engine, () => engine.run(stops));
  const backward = all(engine, () => engine.reverse(stops));
  expect(backward.reverse()).toEqual(forward);
  // The first changes are the boot's, which makes the table.
  expect(forward.slice(-3).map(([, image, value]) => [image, tag(value)])).toEqual([
    ['bl31', 'Realm'],
    ['bl31', 'No access'],
    ['bl31', 'Non-secure'],
  ]);
});

it('memory stops only for accesses in the address space that is asked for', () => {
  const { spaces } = open().machine.architecture;
  const count = (id: string): number => {
    const engine = open();
    const space = spaces.findIndex((row) => row.id.toLowerCase() === id);
    expect(space).toBeGreaterThanOrEqual(0);
    return all(engine, () => engine.run(on({ access: 'write', on: { kind: 'memory', pa: PAGE, size: 4096, space } }))).length;
  };
  // The host stores three times; RMM clears the page a line at a time; EL3 has no business there.
  expect(['ns', 'realm', 'root'].map(count)).toEqual([3, 64, 0]);
});
