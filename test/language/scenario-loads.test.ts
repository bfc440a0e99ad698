/** `load … replaces` in a scenario changes the platform for that scenario alone. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../language/index.ts';
import { BARE_PLATFORM, compileText, files, run, show, URI } from '../support/programs.ts';

const TEXT = `${BARE_PLATFORM}
scenario "its own loader" on bare {
    secret key: [u64; 1] known to Root.EL3
    image own in Root.EL3 {
        var next: [u64; 4]
        entry reset {
            x7 = key[0]
            SPSR_EL3 = 0xd
            ELR_EL3 = next[MPIDR_EL1.Aff0]
            eret()
        }
    }
    load own at 0x8000 replaces loader
    image code in Root.EL3 {
        fn main() { expect x7 != 0 }
    }
    core 0 runs code.main
}
scenario "the platform's" on bare {
    image code in Root.EL3 {
        fn main() { expect x7 == 0 }
    }
    core 0 runs code.main
}`;

describe('a load of a scenario', () => {
  it('puts its own image in the place of one of the platform, with boot and handover', () => {
    const program = compileText(TEXT, 'its own loader');
    expect(program.images.map(({ image }) => image.name)).toEqual(['own', 'code']);
    expect(run(program).events.at(-1)?.kind).toBe('finished');
  });

  it('leaves other scenarios on the platform as they are', () => {
    const program = compileText(TEXT, "the platform's");
    expect(program.images.map(({ image }) => image.name)).toEqual(['loader', 'code']);
    expect(run(program).events.at(-1)?.kind).toBe('finished');
  });

  it('replaces only what is loaded', () => {
    const wrong = TEXT.replace('replaces loader', 'replaces code').replace(
      'load own at 0x8000 replaces loader',
      'load own at 0x8000 replaces code',
    );
    const { diagnostics } = compile(files({ [URI]: wrong }), URI, { scenario: 'its own loader' });
    expect(diagnostics.map(show)).toContainEqual(expect.stringContaining('`code` is not loaded, so it cannot be replaced'));
  });
});
