import { describe, expect, it } from 'vitest';
import { bare, compileText, type Ran, run, troubles } from '../support/programs.ts';

/** A guest at EL3 of the bare platform: it calls, the vector resumes whoever waits with the answer. */
const GUEST = `
  var slot: [u64; 3]
  var turns: u64
  entry guest { smc()
    panic("the guest went on") }
  vector sync_same_el { resume(&slot, 42) }
  fn enter() -> u64 {
    turns += 1
    ELR_EL3 = &guest
    SPSR_EL3 = 0xd
    let answer = suspend(&slot) { eret() }
    return answer + turns
  }
`;

const passes = (body: string): void => {
  expect(troubles(run(bare(`${GUEST}\nfn main() {\n${body}\n}`)))).toEqual([]);
};

describe('suspend', () => {
  it('has the value that resume gives, and finds its frame as it left it', () => {
    passes(`
      let before: u64 = 7
      let sum = enter() + enter() * 1000
      expect before == 7
      expect sum == 43 + 44 * 1000
    `);
  });

  it('fills its slot with PC, SP and the address of its result', () => {
    passes(`
      ELR_EL3 = &guest
      SPSR_EL3 = 0xd
      var answer: u64 = 1
      answer = suspend(&slot) {
        expect slot[0] > &enter
        expect slot[1] == SP_EL3
        expect slot[2] == &answer as u64
        expect answer == 1
        eret()
      }
      expect answer == 42
    `);
  });

  it('stores to places other than locals once it is back', () => {
    passes('ELR_EL3 = &guest\nSPSR_EL3 = 0xd\nturns = suspend(&slot) { eret() }\nexpect turns == 42');
  });

  it('as a statement has no result, so that its slot names no address', () => {
    passes(
      'ELR_EL3 = &guest\nSPSR_EL3 = 0xd\nvar a: u64 = 3\nsuspend(&slot) {\nexpect slot[2] == 0\nlet b: u64 = 9\nexpect b == 9\neret() }\nexpect a == 3',
    );
  });

  it('may be resumed again and again: the slot stays', () => {
    passes(`
      ELR_EL3 = &guest
      SPSR_EL3 = 0xd
      let first = suspend(&slot) { eret() }
      turns += 1
      expect first == 42 || first == 5
      if turns < 3 { resume(&slot, 5) }
      expect turns == 3
    `);
  });

  it('resumed with a slot that cannot be read faults at the resume, and nothing has moved', () => {
    const ran: Ran = run(
      bare(`fn main() { resume(0xf000_0000 as *[u64; 3], 1) }
        vector sync_same_el { panic("{ESR_EL3.EC} {SP_EL3}") }`),
    );
    expect(troubles(ran)[0]).toMatch(/^0x25 /);
  });
});

describe('suspend at a level with a stack of its own for vectors', () => {
  it('abandons the frame of the vector that resumes', () => {
    const ran = run(
      compileText(`use firmware.arm.cca
scenario "suspend" on cca {
  image host in NS.EL2 {
    var slot: [u64; 3]
    var below: u64
    fn main() {
      let stack = SP_EL2
      let got = suspend(&slot) {
        ELR_EL2 = &guest
        SPSR_EL2 = 0x3c9
        eret()
      }
      expect SP_EL2 == stack
      expect below < stack
      expect got == 0x55
    }
    entry guest { hvc() }
    vector sync_same_el {
      let mine: u64 = 0x55
      below = SP_EL2
      resume(&slot, mine)
    }
  }
  core 0 runs host.main
}`),
    );
    expect(troubles(ran)).toEqual([]);
    expect(ran.machine.cores[0].status).toBe('finished');
  });

  it('keeps its frame at EL3 while SPSel selects the other stack', () => {
    const ran = run(
      bare(`
        var slot: [u64; 3]
        var stacks: [u64; 512]
        entry guest { smc()
 finish }
        vector sync_same_el {
          SPSel = 0
          resume(&slot, 8)
        }
        entry boot {
          SP_EL0 = (&stacks[0] + 512) as u64
          SPSel = 0
          run()
          finish
        }
        fn run() {
          let mine: u64 = 3
          ELR_EL3 = &guest
          let got = suspend(&slot) {
            SPSR_EL3 = 0xd
            SPSel = 1
            eret()
          }
          expect mine + got == 11
        }
        fn main() {
          ELR_EL3 = &boot
          SPSR_EL3 = 0xd
          VBAR_EL3 = vectors
          resume_boot()
        }
        fn resume_boot() { suspend(&slot) { eret() } }
      `),
    );
    expect(troubles(ran)).toEqual([]);
    expect(ran.machine.cores[0].status).toBe('finished');
  });
});
