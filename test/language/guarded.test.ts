import { describe, expect, it } from 'vitest';
import { bare, compileText, run, troubles } from '../support/programs.ts';

/** Beyond the platform's memory. */
const NOWHERE = '0xf000_0000';

const VECTOR = `
  struct Guard { from: u64, to: u64, target: u64 }
  var faults: u64
  fn fixup(pc: u64) -> u64 {
    var row = guards as *Guard
    let at = pc - guards
    while row.from != 0 {
      if row.from <= at && at < row.to { return guards + row.target }
      row += 1
    }
    return 0
  }
  vector sync_same_el {
    SP_EL0 = (&stack[0] + 128) as u64
    SPSel = 0
    faults += 1
    let target = fixup(ELR_EL3)
    if target == 0 { panic("no guard for {ELR_EL3}") }
    ELR_EL3 = target
    SPSel = 1
    eret()
  }
  var stack: [u64; 128]
`;
const wrong = (body: string): string[] => troubles(run(bare(`${VECTOR}\nfn main() {\n${body}\n}`)));

describe('guarded', () => {
  it('goes on in else after a fault, with the frame as it was', () => {
    expect(
      wrong(`
        let before: u64 = 5
        var got: u64 = 1
        guarded {
          got = 2
          got = *(${NOWHERE} as *u64)
          got = 3
        } else {
          expect got == 2 && before == 5
          got = 4
        }
        expect got == 4
        expect faults == 1
      `),
    ).toEqual([]);
  });

  it('skips else if nothing faults', () => {
    expect(
      wrong(`
        var word: u64 = 7
        var got: u64 = 0
        guarded { got = *&word } else { panic("nothing faulted") }
        expect got == 7 && faults == 0
      `),
    ).toEqual([]);
  });

  it('covers its block, neither what stands around it nor its else', () => {
    expect(wrong(`guarded { isb() } else { isb() }\nlet a = *(${NOWHERE} as *u64)`)[0]).toMatch(/^no guard for/);
    expect(wrong(`guarded { let a = *(${NOWHERE} as *u64) } else { let a = *(${NOWHERE} as *u64) }`)[0]).toMatch(/^no guard for/);
  });

  it('is found by the innermost block that covers the fault', () => {
    expect(
      wrong(`
        var order: u64 = 0
        guarded {
          guarded {
            let a = *(${NOWHERE} as *u64)
          } else {
            order = order * 10 + 1
            let a = *(${NOWHERE} as *u64)
          }
        } else {
          order = order * 10 + 2
        }
        expect order == 12
      `),
    ).toEqual([]);
  });

  it('can be left by break, continue and return', () => {
    expect(
      wrong(`
        var n: u64 = 0
        while true {
          guarded {
            n += 1
            if n < 3 { continue }
            break
          } else { }
        }
        expect n == 3
      `),
    ).toEqual([]);
  });
});

describe('the library', () => {
  it('lets an RMM-like image survive a page that is not its own', () => {
    const ran = run(
      compileText(`use firmware.arm.cca
use firmware.arm.fixup
scenario "copy" on cca {
  image host in NS.EL2 {
    var faulted: u64
    vector sync_same_el {
      let target = fixup(ELR_EL2)
      if target == 0 { panic("unexpected fault: {ESR_EL2}") }
      faulted = FAR_EL2
      ELR_EL2 = target
      eret()
    }
    fn copy(from: *u64, to: *u64) -> bool {
      guarded {
        for i in 0..4 { to[i] = from[i] }
      } else {
        return false
      }
      return true
    }
    fn main() {
      var own: [u64; 4]
      var mine: [u64; 4]
      own[3] = 77
      expect copy(&own[0], &mine[0])
      expect mine[3] == 77
      expect smc(RMI_GRANULE_DELEGATE, 0x8800_0000) == RMI_SUCCESS
      expect !copy(0x8800_0000 as *u64, &mine[0])
      expect faulted == 0x8800_0000
    }
  }
  core 0 runs host.main
}`),
    );
    expect(troubles(ran)).toEqual([]);
    expect(ran.machine.cores[0].status).toBe('finished');
  });
});
