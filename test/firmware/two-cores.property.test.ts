/** Two cores call RMM at the same time: locks keep what one call alone keeps, and no two calls wait for each other. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MachineSnapshot } from '../../machine/index.ts';
import { ALL, type Command, commands, prepareStart, show } from '../support/hostile.ts';
import { compileText } from '../support/programs.ts';
import { PARAMS, pool, SOURCE } from '../support/realm.ts';
import { hostOf, RmiHost } from '../support/rmi.ts';
import { problemsOf } from '../support/rmm-state.ts';

/** `npm run test:long` multiplies the cases. */
const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);
/** Parameters of the second core's calls. */
const OTHER_PARAMS = SOURCE + 0x1000;

describe('two cores that call RMM at the same time', () => {
  let host: RmiHost;
  let start: MachineSnapshot;
  beforeAll(() => {
    host = new RmiHost(compileText(hostOf(2)));
    prepareStart(host);
    start = host.snapshot();
  }, 120_000);

  /** Both calls, the second one some steps after the first; how they ended. */
  function both(first: Command, second: Command, delay: number): string[] {
    first.prepare?.(host, PARAMS);
    second.prepare?.(host, OTHER_PARAMS);
    host.start(0, first.name, first.args);
    host.steps(delay);
    host.start(
      1,
      second.name,
      second.args.map((arg) => (arg === PARAMS ? OTHER_PARAMS : arg)),
    );
    return [0, 1].map((core) => host.finish(core).status);
  }

  it('never break what it keeps', { timeout: 300_000 * EFFORT }, () => {
    const pairs = fc.array(fc.tuple(commands, commands, fc.nat(3000)), { minLength: 8, maxLength: 15 });
    fc.assert(
      fc.property(pairs, (sequence) => {
        host.restore(start);
        for (const [first, second, delay] of sequence) {
          both(first, second, delay);
          const problems = problemsOf(host, ALL);
          if (problems.length > 0) throw new Error(`after ${show(first)} and ${show(second)}: ${problems.join('; ')}`);
        }
        expect(host.view('Open slots')).toEqual([]);
      }),
      { numRuns: 60 * EFFORT, seed: 41 },
    );
  });

  const one = (name: string, ...args: number[]): Command => ({ name, args });
  it.each([
    ['delegate the same granule', one('RMI_GRANULE_DELEGATE', pool(24)), one('RMI_GRANULE_DELEGATE', pool(24))],
    [
      'give the same granule to an address each',
      one('RMI_DATA_CREATE_UNKNOWN', pool(0), pool(9), 0),
      one('RMI_DATA_CREATE_UNKNOWN', pool(2), pool(9), 0),
    ],
    [
      'put different granules at the same address',
      one('RMI_DATA_CREATE_UNKNOWN', pool(0), pool(9), 0),
      one('RMI_DATA_CREATE_UNKNOWN', pool(0), pool(10), 0),
    ],
    ['destroy the same Realm', one('RMI_REALM_DESTROY', pool(20)), one('RMI_REALM_DESTROY', pool(20))],
    ['destroy the same REC', one('RMI_REC_DESTROY', pool(5)), one('RMI_REC_DESTROY', pool(5))],
  ])('%s, and one of them gets it', (_, first, second) => {
    for (const delay of [0, 150, 300, 450, 600, 900]) {
      host.restore(start);
      const outcomes = both(first, second, delay);
      expect(outcomes.filter((status) => status === 'SUCCESS')).toHaveLength(1);
      expect(problemsOf(host, ALL)).toEqual([]);
    }
  });
});
