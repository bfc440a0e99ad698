/** Whatever a host calls, in whatever order: every granule has one owner, counts are true, nothing leaks, and RMM never panics. */
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { MachineSnapshot } from '../../machine/index.ts';
import { ALL, type Command, commands, prepareStart, show } from '../support/hostile.ts';
import { PARAMS } from '../support/realm.ts';
import { bootedHost, type RmiHost } from '../support/rmi.ts';
import { pictureOf, problemsOf } from '../support/rmm-state.ts';

/** `npm run test:long` multiplies the cases. */
const EFFORT = Number(process.env.WORLDSTEP_EFFORT ?? 1);

describe('a hostile host', () => {
  let host: RmiHost;
  let start: MachineSnapshot;
  beforeAll(() => {
    host = bootedHost();
    prepareStart(host);
    start = host.snapshot();
  }, 60_000);

  it('finds Realms and granules of its own', () => {
    expect(problemsOf(host, ALL)).toEqual([]);
  });

  it('never breaks what RMM keeps, and a command that fails changes nothing', { timeout: 300_000 * EFFORT }, () => {
    const outcomes = new Set<string>();
    /** Makes a call; gives what is wrong afterwards. */
    const attempt = (each: Command): string[] => {
      each.prepare?.(host, PARAMS);
      const before = pictureOf(host, ALL);
      const outcome = host.rmi(each.name, ...each.args);
      outcomes.add(`${each.name} ${outcome}`);
      if (outcome === 'SUCCESS') return problemsOf(host, ALL);
      return pictureOf(host, ALL) === before ? [] : [`${outcome}, but something changed`];
    };
    fc.assert(
      fc.property(fc.array(commands, { minLength: 20, maxLength: 40 }), (sequence) => {
        host.restore(start);
        for (const each of sequence) {
          const problems = attempt(each);
          if (problems.length > 0) throw new Error(`after ${show(each)}: ${problems.join('; ')}`);
        }
        // RMM maps a granule only while it needs it.
        expect(host.view('Open slots')).toEqual([]);
      }),
      { numRuns: 300 * EFFORT, seed: 137 },
    );
    // The sequences are worth something only if each command succeeds in some of them, and fails in others.
    const names = [...new Set([...outcomes].map((key) => key.split(' ')[0]))];
    const always = names.filter((name) => [...outcomes].filter((outcome) => outcome.startsWith(`${name} `)).length < 2);
    expect(names.filter((name) => !outcomes.has(`${name} SUCCESS`))).toEqual([]);
    expect(always).toEqual([]);
  });
});
