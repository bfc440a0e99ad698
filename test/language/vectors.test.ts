import { describe, expect, it } from 'vitest';
import { createEngine } from '../../debug-adapter/index.ts';
import { compileText } from '../support/programs.ts';

/** Why a scenario failed whose host faults, with these members of its image. */
function reasons(members: string, faulting = '*(0x2_0000_0000 as *u64) = 1'): string[] {
  const engine = createEngine(
    compileText(`use firmware.arm.cca
scenario "test" on cca {
    image host in NS.EL2 {
        fn main() { ${faulting} }
        ${members}
    }
    core 0 runs host.main
}`),
  );
  for (const work = engine.run({ words: [], events: [] }, 1_000_000); !work.next().done; );
  return engine.verdict().reasons.map(({ text }) => text);
}

describe('an exception that finds no vector', () => {
  it('says which one the image lacks', () => {
    expect(reasons('vector irq_same_el { finish }')).toEqual([
      'unhandled fault in Non-secure EL2: image `host` has no `vector sync_same_el` to take it',
    ]);
  });

  it('says which images have no vectors at all', () => {
    expect(reasons('')).toEqual([
      'unhandled fault in Non-secure EL2: no `vector sync_same_el` to take it: `host` in NS.EL2 has no vectors at all',
    ]);
  });

  it('is told from a vector that is there and cannot be reached', () => {
    expect(reasons('vector sync_same_el { finish }', 'VBAR_EL2 = 0x2_0000_0000\n*(8 as *u64) = 1')).toEqual([
      expect.stringMatching(/^unhandled fault in Non-secure EL2: vector 0x2_0000_0200 cannot be executed; /),
    ]);
  });

  it('does not happen to an image that has it', () => {
    expect(reasons('vector sync_same_el { finish }')).toEqual([]);
  });
});
