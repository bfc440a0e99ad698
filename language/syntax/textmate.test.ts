import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createTfwServices } from './services.ts';
import { RESERVED } from './tokens.ts';

interface Pattern {
  readonly name?: string;
  readonly match?: string;
  readonly captures?: Readonly<Record<string, { readonly name: string }>>;
}

const grammar = JSON.parse(readFileSync('syntaxes/tfw.tmLanguage.json', 'utf8')) as {
  readonly repository: { readonly expressions: { readonly patterns: readonly Pattern[] } };
};
const { patterns } = grammar.repository.expressions;

/** The scope that the first fitting pattern gives to a word of a line, as an editor would find it. */
function scopeOf(line: string, word: string): string | undefined {
  const at = line.indexOf(word);
  let found: { readonly index: number; readonly scope: string | undefined; readonly end: number } | undefined;
  for (let from = 0; from <= at; from = Math.max(from + 1, found?.end ?? from + 1)) {
    found = undefined;
    for (const { name, match, captures = {} } of patterns) {
      if (match === undefined) continue;
      const hit = new RegExp(match, 'dg');
      hit.lastIndex = from;
      const result = hit.exec(line);
      if (!result || (found && result.index >= found.index)) continue;
      const group = result.indices?.findIndex((range, i) => i > 0 && range?.[0] === at) ?? -1;
      const whole = result.index <= at && at < result.index + result[0].length ? name : undefined;
      found = { index: result.index, scope: captures[group]?.name ?? whole, end: result.index + result[0].length };
    }
    if (found?.scope || !found) return found?.scope;
    if (found.end > at) return undefined;
  }
  return undefined;
}

describe('colours', () => {
  const keywords = Object.keys(createTfwServices().tfw.parser.Lexer.definition).filter((name) => /^[a-z]+$/.test(name));

  it('are given to every keyword of the grammar', () => {
    const all = patterns.map(({ match = '' }) => match.replaceAll('\\b', ' ')).join('\n');
    for (const keyword of keywords) expect(all, keyword).toMatch(new RegExp(`\\b${keyword}\\b`));
  });

  it('are given to reserved words wherever they stand', () => {
    for (const word of RESERVED) expect(scopeOf(`  ${word} x`, word), word).toMatch(/^(keyword|storage|constant\.language)/);
  });

  it.each([
    ['image host in NS.EL2 {', 'image'],
    ['image host in NS.EL2 {', 'in'],
    ['scenario "a" on cca {', 'scenario'],
    ['platform mine extends cca {', 'extends'],
    ['    vector sync_lower {', 'vector'],
    ['    event seen(a = 1)', 'event'],
    ['    expect never smc', 'never'],
    ['    expect x0 == 1', 'expect'],
    ['    expect (a)', 'expect'],
    ['    finish', 'finish'],
    ['    1 => panic("no")', 'panic'],
    ['    core 0 runs host.main', 'runs'],
    ['    window ns at 0x1000', 'window'],
    ['struct S size 8 {', 'size'],
    ['fn f() -> never {', 'never'],
    ['    let p: *realm u64 = 0', 'realm'],
    ['part of rmm {', 'part'],
    ['bits S2D: u64 {', 'bits'],
    ['    arg page: u64 = 1', 'arg'],
    ['    secret key: u64 known to NS.EL2', 'secret'],
    ['    secret key: u64 known to NS.EL2', 'known'],
    ['    seeds 1..4', 'seeds'],
    ['    core 0 runs host.main from reset', 'reset'],
    ['    payload NS.EL2 at 1 entry a.b secondaries turn_on', 'secondaries'],
    ['view realms "Realms" in rmm {', 'view'],
    ['    for g in granules where g.state == 1 {', 'where'],
    ['    item "one" icon shield state s at 3', 'item'],
    ['    item "one" icon shield state s at 3', 'icon'],
    ['    item "one" icon shield state s at 3', 'state'],
    ['    item "one" icon shield state s at 3', 'at '],
    ['    children view recs(rd)', 'children'],
    ['    let v = suspend(&slot) {', 'suspend'],
    ['    guarded {', 'guarded'],
    ['    resume(&slot, 1)', 'resume'],
  ])('are given in `%s` to `%s`', (line, word) => {
    expect(scopeOf(line, word)).toMatch(/^(keyword|storage|support)/);
  });

  it.each([
    ['    event = 1', 'event'],
    ['    let size = image', 'size'],
    ['    let size = image', 'image'],
    ['    expect.state = load', 'expect'],
    ['    expect.state = load', 'load'],
    ['    return core + cores', 'core'],
    ['    memory[1] = realm', 'memory'],
    ['    memory[1] = realm', 'realm'],
    ['    x0 = finish', 'finish'],
    ['    view = item', 'view'],
    ['    view = item', 'item'],
    ['    state.known = where + 1', 'state'],
    ['    state.known = where + 1', 'where'],
    ['    let at = seeds as u64', 'at '],
    ['    let at = seeds as u64', 'seeds'],
  ])('are not given in `%s` to the name `%s`', (line, word) => {
    expect(scopeOf(line, word)).toBeUndefined();
  });
});
