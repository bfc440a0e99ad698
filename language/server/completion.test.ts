import { describe, expect, it } from 'vitest';
import { type Completion, completionsAt } from './completion.ts';

const URI = 'file:///work/host.tfw';

/** What is offered at the bar in a text. */
function offered(text: string): readonly Completion[] {
  const before = text.slice(0, text.indexOf('|')).split('\n');
  const place = { line: before.length - 1, column: before[before.length - 1].length };
  return completionsAt({ read: (uri) => (uri === URI ? text.replace('|', '') : undefined) }, URI, place);
}
const labels = (text: string): string[] => offered(text).map(({ label }) => label);
const inMain = (statements: string): string =>
  `use firmware.arm.cca\nenum World: u8 { Secure, Realm_ }\nstruct P { x: u16, next: *P }\nimage host in NS.EL2 {\nvar s: P\nfn helper(a: u64) { }\nfn main() {\nlet early = &s\n${statements}\nlet late = 1\n}\n}\n`;

describe('completion', () => {
  it('offers what is in scope, innermost first, and nothing that is declared later', () => {
    const found = labels(inMain('x0 = |'));
    expect(found).toEqual(expect.arrayContaining(['early', 's', 'helper', 'RMI_VERSION', 'SCR_EL3', 'smc', 'EC_SMC64']));
    expect(found).not.toContain('late');
    expect(found.indexOf('early')).toBeLessThan(found.indexOf('SCR_EL3'));
  });

  it('goes on with a word that was begun', () => {
    expect(labels(inMain('x0 = hel|'))).toContain('helper');
  });

  it('offers members behind a dot, also where the line is incomplete', () => {
    expect(labels(inMain('early.|'))).toEqual(['x', 'next']);
    expect(labels(inMain('x0 = early.next.|'))).toEqual(['x', 'next']);
    expect(labels(inMain('helper(early.|'))).toEqual(['x', 'next']);
    expect(labels(inMain('x0 = World.|'))).toEqual(['Secure', 'Realm_']);
    expect(labels(inMain('SCR_EL3.|'))).toEqual(expect.arrayContaining(['NS', 'NSE']));
  });

  it('offers options to an instruction, and nothing else', () => {
    const found = labels(inMain('dsb(|)'));
    expect(found).toContain('SY');
    expect(found).not.toContain('helper');
  });

  it('offers keywords where statements and members start', () => {
    expect(labels(inMain('|'))).toEqual(expect.arrayContaining(['let', 'while', 'expect', 'early']));
    expect(labels('image a in NS.EL2 {\n    |\n}')).toEqual(expect.arrayContaining(['fn', 'vector', 'window']));
    expect(labels('|')).toEqual(expect.arrayContaining(['use', 'image', 'scenario']));
  });

  it('offers modules, states, vectors and types in their places', () => {
    expect(labels('use |')).toContain('firmware.arm.cca');
    expect(labels('image a in |')).toContain('NS.EL2');
    expect(labels('image a in NS.EL2 {\n    vector |\n}')).toContain('sync_lower');
    expect(labels(inMain('let a: |'))).toContain('u64');
    expect(labels(inMain('x0 = s.x as |'))).toEqual(expect.arrayContaining(['P', 'u8', 'World']));
  });

  it('offers what the constructs of a scenario take', () => {
    const scenario = (line: string, image = '') =>
      labels(
        `use firmware.arm.cca\nscenario "s" on cca {\nsecret key: [u64; 2] known to NS.EL2\narg page = 1\nimage host in NS.EL2 { ${image} }\n${line}\n}`,
      );
    expect(scenario('|')).toEqual(expect.arrayContaining(['arg', 'secret', 'seeds', 'cores', 'view', 'fn', 'load']));
    expect(scenario('secret other: u64 known to |')).toContain('Realm.EL1');
    expect(scenario('expect never leak(|)')).toEqual(expect.arrayContaining(['key', 'index', 'page']));
    expect(scenario('', 'fn main() { x0 = host.| }')).toEqual(['base', 'size', 'entry']);
    expect(scenario('', 'fn main() { x0 = | }')).toEqual(expect.arrayContaining(['key', 'page', 'host']));
  });

  it('offers what a view sees: its image, what it counts, and how it shows values', () => {
    const view = (text: string) =>
      labels(`image a in NS.EL2 { var table: [u64; 4]\nfn sum() -> u64 { return 1 } }\nview other in a { }\nview v "V" in a {\n${text}\n}`);
    expect(view('|')).toEqual(expect.arrayContaining(['for', 'item', 'children', 'let']));
    expect(view('for each in |')).toEqual(expect.arrayContaining(['table', 'sum']));
    expect(view('let first = 1\nfor each in table {\nitem "one" state | { }\n}')).toEqual(
      expect.arrayContaining(['each', 'first', 'hex', 'table']),
    );
    expect(view('item "one" {\n|\n}')).toEqual(expect.arrayContaining(['children', 'let']));
    expect(view('children view |')).toEqual(['other', 'v']);
  });

  it('offers events, their fields and the platform of a scenario', () => {
    const scenario = (line: string) => labels(`use firmware.arm.cca\nscenario "s" on cca {\n${line}\n}`);
    expect(scenario('expect event |')).toContain('gpc_fault');
    expect(scenario('expect event gpc_fault(|)')).toEqual(expect.arrayContaining(['pa', 'from', 'realm']));
    expect(scenario('expect event gpc_fault(from == NS.|)')).toContain('EL2');
    expect(labels('use firmware.arm.cca\nscenario "s" on | {\n}')).toContain('cca');
  });

  it('says what each is', () => {
    const found = offered(inMain('x0 = |'));
    expect(found.find(({ label }) => label === 'early')).toMatchObject({ kind: 'variable', detail: '*P' });
    expect(found.find(({ label }) => label === 'SCR_EL3')).toMatchObject({
      kind: 'register',
      detail: expect.stringContaining('Secure Configuration'),
    });
  });

  it('survives any place of any text', () => {
    const text = inMain('if early.x == 1 { helper(1) }');
    for (let i = 0; i < text.length; i += 7) expect(() => offered(`${text.slice(0, i)}|`)).not.toThrow();
  });
});
