import { describe, expect, it } from 'vitest';
import { BARE_PLATFORM, bare, compileText, run, troubles } from '../support/programs.ts';

/** Runs the body of `main`, with functions and statics before it, and expects no trouble. */
function passes(body: string, members = ''): void {
  expect(troubles(run(bare(`${members}\nfn main() {\n${body}\n}`)))).toEqual([]);
}

describe('expressions', () => {
  it('wrap at the width of their type', () => {
    passes(`
      var a: u64 = 0xffff_ffff_ffff_ffff
      a += 2
      expect a == 1
      var b: u8 = 250
      b += 10
      expect b == 4
      var c: u32 = 0
      c -= 1
      expect c == 0xffff_ffff
      expect ~0 == 0xffff_ffff_ffff_ffff
      expect (300 as u8) == 44
    `);
  });

  it('bind as the precedence table says', () => {
    passes(`
      let flags: u64 = 0b1011
      expect flags & 2 == 2
      expect flags >> 1 & 1 == 1
      expect 1 + 2 * 3 == 7
      expect 1 << 2 + 1 == 8
      expect flags == 0b1011 && flags != 0
    `);
  });

  it('divide by zero to zero, as UDIV does', () => {
    passes('let zero: u64 = 0\nexpect 7 / zero == 0\nexpect 7 % zero == 7');
  });

  it('run calls in textual order before anything else of the statement', () => {
    passes(
      `
      let total = next() * 100 + next() * 10 + next()
      expect total == 123
      expect next() == 4 && next() == 5 || next() == 99
      expect count == 5
      `,
      'var count: u64\nfn next() -> u64 { count += 1\n return count }',
    );
  });

  it('do not run the call on the right of && when the left is false', () => {
    passes(
      `
      let never: bool = false
      if never && touch() { panic("ran") }
      expect touched == 0
      if !never || touch() { }
      expect touched == 0
      `,
      'var touched: u64\nfn touch() -> bool { touched += 1\n return true }',
    );
  });

  it('count elements in pointer arithmetic and follow struct pointers', () => {
    passes(
      `
      let p = &pairs[1]
      p.left = 5
      p.right = 0x1234_5678
      expect pairs[1].left == 5
      let q = p + 1
      q.left = 9
      expect pairs[2].left == 9
      expect (q as u64) - (p as u64) == sizeof(Pair)
      expect sizeof(Pair) == 8
      `,
      'struct Pair { left: u16, right @4: u32 }\nvar pairs: [Pair; 4]',
    );
  });

  it('store exactly the bytes of the type', () => {
    passes(
      `
      var word: u64 = 0x1111_1111_1111_1111
      let bytes = &word as *u8
      bytes[2] = 0xff
      expect word == 0x1111_1111_11ff_1111
      `,
    );
  });
});

describe('control flow', () => {
  it('loops, breaks and continues', () => {
    passes(`
      var sum: u64 = 0
      for i in 0..10 {
        if i == 3 { continue }
        if i == 6 { break }
        sum += i
      }
      expect sum == 0 + 1 + 2 + 4 + 5
      var n: u64 = 0
      while true {
        n += 1
        if n == 7 { break }
      }
      expect n == 7
    `);
  });

  it('matches values, lists and inclusive ranges, first arm first', () => {
    passes(
      `
      expect kind(0) == 1
      expect kind(4) == 2
      expect kind(6) == 2
      expect kind(7) == 3
      expect kind(8) == 3
      expect kind(9) == 4
      `,
      `fn kind(v: u64) -> u64 {
         var k: u64 = 0
         match v {
           0 => k = 1
           4..6 => k = 2
           7, 8 => { k = 3 }
           else => k = 4
         }
         return k
       }`,
    );
  });

  it('recurses in frames of its own', () => {
    passes('expect fib(12) == 144', 'fn fib(n: u64) -> u64 { if n < 2 { return n }\n return fib(n - 1) + fib(n - 2) }');
  });

  it('halts the core on a failed expectation and says both sides', () => {
    const ran = run(bare('fn main() { let a: u64 = 3\n expect a == 4 }'));
    expect(troubles(ran)).toEqual(['a == 4: left is 3, right is 4']);
    expect(ran.machine.cores[0].status).toBe('halted');
  });

  it('panics with the values in its message', () => {
    expect(troubles(run(bare('fn main() { let a: u64 = 31\n panic("a is {a}") }')))).toEqual(['a is 0x1f']);
  });
});

describe('a monitor call', () => {
  const call = (text: string) =>
    run(
      compileText(`use firmware.arm.cca
scenario "call" on cca {
  image host in NS.EL2 {
    fn main() {
      x2 = 77
      x3 = 88
      ${text}
    }
  }
  core 0 runs host.main
}`),
    );

  it('writes its arguments to x0 and up, and no other register', () => {
    const { events } = call('smc(PSCI_VERSION, 5, 6)');
    const own = events.filter((event) => event.kind === 'smc').at(-1);
    expect(own).toMatchObject({ fid: 0x8400_0000n, x1: 5n, x2: 6n, x3: 88n });
  });

  it('is two words: ELR names the one that reads the result', () => {
    const ran = call('let version = smc(PSCI_VERSION)\nexpect version == PSCI_1_1');
    expect(troubles(ran)).toEqual([]);
  });

  it('passes an immediate to the syndrome and leaves x0 as it is', () => {
    const { events } = call('x0 = 9\nsmc(#5)');
    expect(events.filter((event) => event.kind === 'smc').at(-1)).toMatchObject({ imm: 5, fid: 9n });
  });
});

describe('words', () => {
  const image = (constant: number) =>
    compileText(`${BARE_PLATFORM}
scenario "t" on bare {
  image code in Root.EL3 { fn main() { let a: u64 = ${constant}
 expect a != 0 } }
  core 0 runs code.main
}`).images.find((i) => i.image.name === 'code')!.image;

  it('change their bytes when a constant changes, and only those words do', () => {
    const one = image(1).words.map((w) => w?.hash);
    const two = image(2).words.map((w) => w?.hash);
    expect(one.filter((hash, i) => hash !== two[i])).toHaveLength(1);
    expect(image(1).words.map((w) => w?.hash)).toEqual(one);
  });

  it('stand in memory as the loader put them', () => {
    const program = bare('fn main() { finish }');
    const machine = program.createMachine();
    for (const { image: loaded, base } of program.images) {
      for (const word of loaded.words) if (word) expect(machine.memory.read(base + word.index * 4, 4)).toBe(BigInt(word.hash));
    }
  });

  it('run from another address after being copied there', () => {
    // The whole code page is copied to 0x20_0000 and entered there: branches and statics are relative to PC.
    const ran = run(
      bare(`
        var marker: u64
        fn copy(from: *u64, to: *u64, words: u64) { for i in 0..words { to[i] = from[i] } }
        fn work() -> u64 { marker += 5
 return marker * 2 }
        fn main() {
          let here = &work as u64
          let page = here & ~0xfff
          copy(page as *u64, 0x20_0000 as *u64, 2048)
          expect work() == 10
          let there: *u64 = 0x20_0000 as *u64
          expect *there == *(page as *u64)
        }`),
    );
    expect(troubles(ran)).toEqual([]);
  });

  it('says both sides of a comparison as they were, statics too', () => {
    const { events } = run(bare('var cell: u64 = 7\nvar other: u64 = 8\nfn main() { expect cell == other }'));
    expect(events.find(({ kind }) => kind === 'expectation_failed')).toMatchObject({ text: 'cell == other: left is 7, right is 8' });
  });
});
