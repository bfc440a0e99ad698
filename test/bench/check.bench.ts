/** What a user waits for while typing: reading and checking a file, small and very large; formatting it. */
import { type Diagnostic, diagnoseProgram, format } from '../../language/index.ts';
import type { Bench } from './bench.ts';

const URI = 'file:///work/main.tfw';

/** An image with 50 lines of what firmware is made of. */
const image = (n: number): string => `
/// Keeps what other worlds ask for.
image keeper${n} in NS.EL2 {
    const SLOTS: u64 = 16

    struct Slot { owner: u64, state: u32, flags: u32, payload @16: [u64; 4] }

    var slots: [Slot; 16]
    var used: u64 = 0

    /// The first slot that nobody owns, or SLOTS.
    fn find_free(from: u64) -> u64 {
        for i in from..SLOTS {
            let slot = &slots[i]
            if slot.owner == 0 && slot.state & 1 == 0 { return i }
        }
        return SLOTS
    }

    fn claim(owner: u64, flags: u32) -> u64 {
        let index = find_free(0)
        if index == SLOTS { return RMI_ERROR_INPUT }
        let slot = &slots[index]
        slot.owner = owner
        slot.flags = flags | 1 << 3
        for i in 0..4 { slot.payload[i] = owner + i * 8 }
        used += 1
        return RMI_SUCCESS
    }

    fn release(index: u64) {
        var slot = &slots[index]
        while slot.state != 0 {
            slot.state -= 1
            if slot.state == 7 { break }
        }
        slot.owner = 0
        used = used - 1
    }

    fn main() {
        let status = smc(RMI_VERSION, 0x1_0000)
        match status {
            RMI_SUCCESS => claim(status + ${n}, 1)
            else => panic("no version: {status}")
        }
        expect used == 1, "one slot is used"
        release(0)
    }
}
`;

const repeated = (images: number): string => `use firmware.arm.cca\n${Array.from({ length: images }, (_, n) => image(n)).join('')}`;
const LARGE = repeated(Math.ceil(20_000 / (image(0).split('\n').length - 1)));
const SMALL = repeated(4);
const linesOf = (text: string): number => text.split('\n').length;

let runs = 0;

/** What is wrong with a text; each time another one, since an unchanged program is not read again. */
function check(text: string): readonly Diagnostic[] {
  const changed = `${text}\n// ${++runs}\n`;
  return diagnoseProgram({ read: (uri) => (uri === URI ? changed : undefined) }, URI);
}

function checkClean(text: string): number {
  const [error] = check(text);
  if (error) throw new Error(error.message);
  return linesOf(text);
}

export default [
  { name: 'check of 200 lines, the library being known', unit: 'lines', run: () => checkClean(SMALL) },
  { name: 'check of 20 000 lines', unit: 'lines', run: () => checkClean(LARGE) },
  {
    name: 'check of 20 000 lines with an error in each function',
    unit: 'lines',
    run: () => {
      const text = LARGE.replaceAll('used += 1', 'used + = 1').replaceAll('return i }', 'return j }');
      if (check(text).length < 100) throw new Error('too few errors');
      return linesOf(text);
    },
  },
  {
    name: 'format of 20 000 lines',
    unit: 'lines',
    run: () => {
      if (format(LARGE) === undefined) throw new Error('not formatted');
      return linesOf(LARGE);
    },
  },
] satisfies Bench[];
