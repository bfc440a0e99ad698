/** Why a scenario failed: what it expected, and what there was instead. */
import type { Engine, Verdict } from '../debug-adapter/engine/engine.ts';
import { namesOf } from '../debug-adapter/names.ts';
import type { Expectation, Program, SourceRange } from '../language/index.ts';
import { describeEvent } from '../machine/index.ts';

export interface Reason {
  readonly text: string;
  readonly at?: SourceRange;
  /** What the scenario demands, as it is written there. */
  readonly expected?: string;
  /** What it met instead. */
  readonly found?: string;
}

/** Events looked at for others of the kind that never came, and as many of them as are named. */
const LOOK_BACK = 100_000;
const MOST = 3;

export function findings(engine: Engine, reasons: Verdict['reasons']): Reason[] {
  const { program } = engine;
  return reasons.map(({ text, at }): Reason => {
    if (at === undefined) return { text };
    const expectation = program.expectations.find(({ range }) => range === at);
    if (expectation) return { text, at: expectation.range, ...unmet(engine, expectation) };
    const range = 'range' in at ? at.range : at;
    const [, found] = /: (left is \S+, right is \S+)$/.exec(text) ?? [];
    return { text, at: range, ...(found && { expected: conditionAt(program, range), found }) };
  });
}

/** The condition of an `expect` statement, on one line. */
function conditionAt({ sources }: Program, { uri, line, column, endLine, endColumn }: SourceRange): string {
  const lines = (sources.get(uri) ?? '').split(/\r?\n/).slice(line, endLine + 1);
  if (lines.length > 0) lines[lines.length - 1] = lines[lines.length - 1].slice(0, endColumn);
  return lines
    .join(' ')
    .slice(column)
    .replace(/\s+/g, ' ')
    .replace(/^expect /, '')
    .replace(/, "[^"]*"$/, '');
}

function unmet(engine: Engine, { text, never }: Expectation): Pick<Reason, 'expected' | 'found'> {
  const expected = text.replace(/^expect /, '');
  if (never) return { expected };
  const [, kind] = /^event (\w+)/.exec(expected) ?? [];
  const names = namesOf(engine.program);
  const from = Math.max(0, engine.eventCount - LOOK_BACK);
  const others = engine
    .events(from, LOOK_BACK)
    .filter((event) => event.kind === kind || (event.kind === 'firmware' && event.name === kind))
    .map((event) => `step ${event.step}: ${describeEvent(event, names)}`);
  if (others.length === 0) return { expected, found: `no event \`${kind}\` at all` };
  const last = others.slice(-MOST);
  return {
    expected,
    found: `${others.length > MOST ? `${others.length} other such events, the last: ` : 'other such events: '}${last.join('; ')}`,
  };
}
