import { describe, expect, it } from 'vitest';
import { complaints, imageComplaints } from '../../workspace/testing.ts';

const MEMBERS = 'var slot: [u64; 3]\nfn peek(p: *u64) -> u64 { return *p }';
const wrong = (statements: string): string[] => complaints(statements, MEMBERS);

describe('guarded', () => {
  it('holds accesses, loops, branches and instructions, and may be left', () => {
    expect(wrong('while true { guarded { for i in 0..4 { if slot[i] == x0 { break } }\ndsb(SY)\nbreak } else { continue } }')).toEqual([]);
  });

  it('holds nothing that leaves its frame; its else may', () => {
    expect(wrong('guarded { x0 = peek(&slot[0]) } else { }')).toEqual([
      'TFW307 `peek` is a function, which leaves the frame of `guarded`: do it before or after.',
    ]);
    expect(wrong('guarded { suspend(&slot) { eret() } } else { }')[0]).toMatch(/^TFW307 `suspend`/);
    expect(wrong('guarded { resume(&slot, 1) } else { }')).toEqual([
      'TFW307 `resume` leaves the frame of `guarded`: do it before or after.',
    ]);
    expect(wrong('guarded { x0 = *(x1 as *u64) } else { x0 = peek(&slot[0]) }')).toEqual([]);
  });

  it('guards something', () => {
    expect(wrong('guarded { } else { }')).toEqual(['TFW204 There is nothing here that could fault.']);
  });

  it('comes to an end where one of its blocks does', () => {
    expect(imageComplaints('fn f(p: *u64) -> u64 { guarded { return *p } else { return 0 } }')).toEqual([]);
    expect(imageComplaints('fn f(p: *u64) -> u64 { guarded { return *p } else { } }')).toEqual([
      'TFW207 `f` does not return a value on every path.',
    ]);
  });

  it('keeps `guards` for the address of the table', () => {
    expect(wrong('let guards = 1')).toEqual(["TFW102 `guards` is the address of the image's fix-up table."]);
    expect(wrong('x0 = guards')).toEqual([]);
  });
});
