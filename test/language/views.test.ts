import { describe, expect, it } from 'vitest';
import { compile, evaluateViews, type ViewNode } from '../../language/index.ts';
import { compileText, files, run, show, URI } from '../support/programs.ts';

const MEMBERS = `
    enum State: u8 { FREE, TAKEN, LOST }
    bits Entry: u64 { VALID: 0, KIND: 3..2, PA: 47..12 }
    struct Realm { state @0: State, id @2: u16, table @8: *Entry, digest @16: [u8; 4], next @24: *Realm }
    const COUNT = 4
    var realms: [Realm; COUNT]
    var entries: [Entry; 2]
    var numbers: [u32; 3]
    fn taken(realm: *Realm) -> bool { return realm.state == State.TAKEN }
    fn main() {
        for i in 0..COUNT {
            realms[i].id = i as u16 + 10
            realms[i].table = &entries[0]
        }
        realms[1].state = State.TAKEN
        realms[3].state = State.TAKEN
        realms[3].digest[0] = 0xab
        realms[3].digest[3] = 0x01
        entries[0].VALID = 1
        entries[0].PA = 0x8_8000
        entries[1].KIND = 2
        numbers[1] = 70000
    }
`;
const text = (views: string, members = ''): string => `
image loader in Root.EL3 {
    var next: [u64; 4]
    entry reset {
        SPSR_EL3 = 0xd
        ELR_EL3 = next[0]
        eret()
    }
}
platform bare on arm_rme {
    memory ram at 0x1000 .. 0x100_0000
    load loader at 0x1000
    core 0 runs loader.reset
    payload Root.EL3 at 0x10_0000 entry loader.next
}
scenario "test" on bare {
    image host in Root.EL3 {
        window ns at 0x40_0000_0000
        ${MEMBERS}
        ${members}
    }
    ${views}
    core 0 runs host.main
}`;

function look(views: string, members?: string): readonly ViewNode[] {
  const program = compileText(text(views, members));
  const { machine } = run(program);
  const steps = machine.steps;
  const nodes = evaluateViews(program, machine);
  expect(machine.steps).toBe(steps);
  return nodes;
}
const problems = (views: string, members?: string): string[] =>
  compile(files({ [URI]: text(views, members) }), URI).diagnostics.map((diagnostic) => show(diagnostic).replace(/^\S+ /, ''));
/** A tree as lines, indented by depth. */
const outline = (nodes: readonly ViewNode[], depth = ''): string[] =>
  nodes.flatMap(({ label, state, fields, children }) => [
    `${depth}${label}${state === undefined ? '' : ` [${state}]`}`,
    ...fields.map((field) => `${depth}  ${field.label} = ${field.text}`),
    ...outline(children, `${depth}  `),
  ]);
const items = (views: string, members?: string): string[] => outline(look(views, members)[0].children);

describe('a view', () => {
  it('shows the items of an array that a condition chooses, with their states and fields', () => {
    const [view] = look(`view realms_view "Realms" in host {
        for realm in realms where taken(realm) {
            item "Realm {realm.id}" icon realm state realm.state at realm {
                "Table" = realm.table
                "Digest" = hex(realm.digest)
                "Id" = hex(realm.id)
            }
        }
    }`);
    expect(view.label).toBe('Realms');
    const base = view.children[0].address!.pa - 32n;
    expect(view.children.map(({ label, icon, state }) => [label, icon, state])).toEqual([
      ['Realm 11', 'shield', 'TAKEN'],
      ['Realm 13', 'shield', 'TAKEN'],
    ]);
    expect(view.children[1].address!.pa - base).toBe(96n);
    expect(view.children[1].fields.slice(1)).toEqual([
      { label: 'Digest', text: 'ab000001' },
      { label: 'Id', text: '0xd', value: 13n },
    ]);
    expect(view.children[1].fields[0].text).toMatch(/^0x10_[0-9a-f]{4}$/);
  });

  it('shows a `bits` by its fields, an enum by its member, a truth by its word', () => {
    expect(
      items(`view v "V" in host {
        item "one" {
            "First" = entries[0]
            "Second" = entries[1]
            "None" = 0 as Entry
            "Kind" = entries[1].KIND
            "State" = realms[3].state
            "Odd" = 7 as State
            "Taken" = taken(&realms[3])
            "Number" = numbers[1]
            "Text" = "of {numbers[1]}"
        }
    }`),
    ).toEqual([
      'one',
      '  First = 0x8800_0001 (VALID, PA 0x8_8000)',
      '  Second = 0x8 (KIND 0x2)',
      '  None = 0x0',
      '  Kind = 2',
      '  State = TAKEN',
      '  Odd = 7',
      '  Taken = true',
      '  Number = 70000',
      '  Text = of 70000',
    ]);
  });

  it('counts, keeps values, and shows other views with arguments', () => {
    expect(
      items(`view v "V" in host {
        let first = numbers[1]
        for i in 1..3 {
            let realm = &realms[i]
            item "{i}: {first + i as u32}" {
                children view parts(realm, i)
            }
        }
        children view tail
    }
    view parts(realm: *Realm, index: u64) in host {
        item "part {index} of {realm.id}"
    }
    view tail in host { item "tail" }`),
    ).toEqual(['1: 70001', '  part 1 of 11', '2: 70002', '  part 2 of 12', 'tail']);
  });

  it('calls functions that compute: loops, matches, early returns, recursion', () => {
    expect(
      items(
        'view v "V" in host { item "{sum()} {name(State.LOST)} {factorial(5)} {first_taken()}" }',
        `fn sum() -> u64 {
            var total: u64 = 0
            for i in 0..COUNT { total += realms[i].id as u64 }
            var left = total
            while left > 46 { left -= 1 }
            return total * 100 + left
        }
        fn name(state: State) -> u64 {
            match state {
                State.FREE => return 1
                State.TAKEN, State.LOST => { return 2 }
            }
            return 3
        }
        fn factorial(n: u64) -> u64 {
            if n < 2 { return 1 }
            return n * factorial(n - 1)
        }
        fn first_taken() -> u64 {
            for i in 0..COUNT {
                if realms[i].state != State.TAKEN && !taken(&realms[i]) { continue }
                return realms[i].id as u64
            }
            return 0
        }`,
      ),
    ).toEqual(['4646 2 120 11']);
  });

  it('wraps at the width of types, as code does', () => {
    expect(items('view v "V" in host { item "{small()}" }', 'fn small() -> u8 { var a: u8 = 250\n a += 10\n return a }')).toEqual(['4']);
  });

  it('reaches other address spaces through the windows of its image', () => {
    const [view] = look('view v "V" in host { item "far {*(0x1000 as *ns u32) != 0}" at 0x2000 as *ns u8 }');
    expect(view.children[0]).toMatchObject({ label: 'far true', address: { space: 0, pa: 0x2000n } });
  });

  it('of a file shows the images of every scenario that loads them', () => {
    const program = compileText(`${text('')}\nview loading "Loading" in loader { item "entry" state hex(next[0]) }`);
    const [view] = evaluateViews(program, run(program).machine);
    expect(view.children[0].state).toMatch(/^0x10_/);
    const other = compileText(`image other in Root.EL3 { var a: u64 }\nview none "None" in other { item "{a}" }\n${text('')}`);
    expect(evaluateViews(other, other.createMachine())).toEqual([]);
  });

  it('shows memory as it is at the moment', () => {
    const program = compileText(text('view v "V" in host { item "{numbers[1]}" }'));
    const machine = program.createMachine();
    const seen = new Set<string>();
    do seen.add(evaluateViews(program, machine)[0].children[0].label);
    while (machine.step());
    expect([...seen]).toEqual(['0', '70000']);
  });
});

describe('a view that meets what it cannot show', () => {
  it('says so where the value would stand, and goes on', () => {
    expect(
      items('view v "V" in host { item "one {*(0x2_0000_0000 as *u64)}" state *(0x900_0000 as *u8) { "a" = *(8 as *u64)\n"b" = 1 } }'),
    ).toEqual(['one (no memory at 0x200000000) [(no memory at 0x9000000)]', '  a = (no memory at 0x8)', '  b = 1']);
  });

  it('leaves out what follows from a value that cannot be read', () => {
    expect(items('view v "V" in host { item "first"\n let a = *(8 as *u64)\n item "{a}" }')).toEqual([
      'first',
      'cannot be shown: no memory at 0x8',
    ]);
  });

  it('ends, however much it is asked for', () => {
    expect(items('view v "V" in host { for i in 0..0xffff_ffff_ffff { item "{i}" } }').at(-1)).toBe('… more than 2000 items');
    expect(items('view v "V" in host { item "{forever()}"\n item "late" }', 'fn forever() -> u64 { while true { } \n return 1 }')).toEqual([
      '… too much to show',
    ]);
    expect(
      items('view v "V" in host { item "{deep(1)}" }', 'fn deep(n: u64) -> u64 { if n == 0 { return 0 }\n return deep(n + 1) }'),
    ).toEqual(['(calls go too deep)']);
    expect(items('view v "V" in host { item "{gives_up()}" }', 'fn gives_up() -> u64 { panic("no") }')).toEqual(['(it panics)']);
  });

  it('follows a chain that goes round in a circle only so far', () => {
    const looped = look(
      'view v "V" in host { item "{length(&realms[0])}" }',
      'fn length(realm: *Realm) -> u64 { var n: u64 = 0\n var at = realm\n while n < 1000000000 { at = realm\n n += 1 }\n return n }',
    );
    expect(outline(looped[0].children)).toEqual(['… too much to show']);
  });
});

describe('what a view may say', () => {
  const one = (item: string, members?: string) => problems(`view v "V" in host { ${item} }`, members);

  it('is typed', () => {
    expect(one('item "{nothing}"')).toEqual([expect.stringMatching(/^TFW101 `nothing` is not declared/)]);
    expect(one('for r in realms where r.id { item "x" }')).toEqual([
      expect.stringMatching(/^TFW201 `where` wants a condition, found `u16`/),
    ]);
    expect(one('for r in realms[0] { item "x" }')).toEqual([expect.stringMatching(/^TFW201 `for` goes through an array/)]);
    expect(one('for i in 0..true { item "x" }')).toEqual([expect.stringMatching(/^TFW201 `for` wants an integer/)]);
    expect(one('item "x" { "a" = realms[0] }')).toEqual(['TFW201 A field shows a single value, found `Realm`.']);
    expect(one('item "x" { "a" = numbers }')).toEqual([
      'TFW201 A field shows a single value, found `[u32; 3]`; write `hex(…)` for its bytes.',
    ]);
    expect(one('item "x" at true')).toEqual(['TFW201 `at` wants an address, found `bool`.']);
    expect(one('item "x" state realms')).toEqual([expect.stringMatching(/^TFW201 The state of an item wants a single value/)]);
    expect(one('item "{realms[0].idd}"')).toEqual([expect.stringMatching(/^TFW101 Struct `Realm` has no field `idd`; did you mean `id`/)]);
    expect(one('item "x" { "a" = hex(realms) }')).toEqual([expect.stringMatching(/^TFW201 `hex` shows a value or an array of integers/)]);
    expect(one('item "x" { "a" = hex(1, 2) }')).toEqual(['TFW202 `hex` takes one argument, found 2.']);
    expect(one('item "x" { "a" = 1 + hex(1) }')).toContain(
      'TFW201 `hex` only shows a value: it stands alone in a field, a state or a hole of a label.',
    );
  });

  it('names views that there are, with what they take, and not itself', () => {
    expect(one('children view w')).toEqual([expect.stringMatching(/^TFW101 There is no view `w`/)]);
    const two = (call: string) => problems(`view v "V" in host { children view ${call} }\nview w(n: u8) in host { item "{n}" }`);
    expect(two('w(1)')).toEqual([]);
    expect(two('w')).toEqual(['TFW202 `w` takes 1 argument, found 0.']);
    expect(two('w(true)')).toEqual([expect.stringMatching(/^TFW201 Parameter `n` wants `u8`/)]);
    expect(problems('view v "V" in host { children view w }\nview w in host { children view v }')).toEqual([
      'TFW309 `v` shows itself by way of `w`, without end.',
      'TFW309 `w` shows itself by way of `v`, without end.',
    ]);
    expect(problems('view v "V" in hots { item "x" }')).toEqual(['TFW101 There is no image `hots`; did you mean `host`?']);
    expect(problems('view v(n: u64) "V" in host { item "{n}" }')).toEqual([
      'TFW201 A view with a title stands by itself, so nothing gives `v` its parameters; leave out one of them.',
    ]);
  });

  it('is looking only: no registers, no instructions, no stores', () => {
    expect(one('item "{x0}"')).toEqual(['TFW202 A view only looks at memory; this reads register `x0`.']);
    expect(one('let a = smc(1)')).toContain('TFW202 A view only looks at memory; this executes `smc`.');
    expect(one('item "{count()}"', 'fn count() -> u64 { numbers[0] += 1\n return 1 }')).toEqual([
      'TFW202 A view only looks at memory; `count` stores to memory.',
    ]);
    expect(one('item "{outer()}"', 'fn outer() -> u64 { return inner() }\nfn inner() -> u64 { return SP_EL3 }')).toEqual([
      'TFW202 A view only looks at memory; `outer` calls `inner`, which reads register `SP_EL3`.',
    ]);
    expect(one('item "{gone()}"', 'fn gone() -> u64 { var a: u64 = 0\n return *&a }')).toEqual([
      'TFW202 A view only looks at memory; `gone` takes the address of a local.',
    ]);
  });

  it('chooses by `where`', () => {
    expect(one('if numbers[0] == 1 { item "x" }')).toEqual([expect.stringMatching(/^TFW001 A view chooses by `where`/)]);
  });

  it('is read one item at a time: an error hides none of the others', () => {
    const found = problems('view v "V" in host {\n item icon\n item "{wrong}"\n children v\n }');
    expect(found).toEqual([
      expect.stringMatching(/^TFW001 Expected a text/),
      expect.stringMatching(/^TFW101 `wrong` is not declared/),
      expect.stringMatching(/^TFW001 Expected `view`/),
    ]);
  });
});
