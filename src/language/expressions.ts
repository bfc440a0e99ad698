/** Expressions of `.tfw` in a line of text: what the mouse points at, and the variables whose values stand beside the code. */

export interface Span {
  readonly start: number;
  /** Exclusive. */
  readonly end: number;
}

/** A name with its members and constant indices: `regs.x[0]`, `S2.ctx`. */
const path = /[A-Za-z_]\w*(?:\.[A-Za-z_]\w*|\[\s*(?:\d+|[A-Za-z_]\w*)\s*\])*/g;
/** What is no code: strings end with the line. */
const noCode = /"(?:\\.|[^"\\])*"?|\/\/.*/g;

const blank = (line: string) => line.replace(noCode, (text) => ' '.repeat(text.length));

/** The expression at a column: up to and with the member that is pointed at, as `a.b` in `a.b.c`. */
export function expressionAt(line: string, column: number): Span | undefined {
  for (const match of blank(line).matchAll(path)) {
    const [text] = match;
    const start = match.index;
    if (column < start || column > start + text.length) continue;
    const rest = /^(?:\w*(?:\[[^\]]*\])*)/.exec(text.slice(column - start))?.[0] ?? '';
    const end = column + rest.length;
    if (keywords.has(text) || isCall(line, end)) return undefined;
    return { start: start - stars(line, start), end };
  }
  return undefined;
}

/** `*page` is the value that `page` points at; `a * page` is a product. */
function stars(line: string, start: number): number {
  const [run] = /\*+$/.exec(line.slice(0, start)) ?? [''];
  const before = line.slice(0, start - run.length).trimEnd();
  return /[\w)\]]$/.test(before) ? 0 : run.length;
}

const isCall = (line: string, end: number) => /^\s*\(/.test(line.slice(end));

const keywords: ReadonlySet<string> = new Set(
  'as break const continue else enum eret event expect finish fn for guarded if image in let loop match panic return scenario struct suspend true false use var vector view while window'.split(
    ' ',
  ),
);

const begins = /^\s*(?:fn|vector|entry)\s/;
const declares = /\b(?:let|var)\s+([A-Za-z_]\w*)|\bfor\s+([A-Za-z_]\w*)\s+in\b/g;
const parameters = /([A-Za-z_]\w*)\s*:/g;

export interface NamedSpan extends Span {
  readonly name: string;
  readonly line: number;
}

/** Where variables of the function around `stopped` are declared, above that line, and each use on it. Lines count from 0. */
export function variablesBefore(lines: readonly string[], stopped: number): NamedSpan[] {
  const first = functionLine(lines, stopped);
  if (first === undefined) return [];
  const found: NamedSpan[] = [];
  const code = lines.slice(first, stopped + 1).map(blank);
  code.forEach((text, i) => {
    const line = first + i;
    const pattern = i === 0 ? parameters : declares;
    for (const match of text.matchAll(pattern)) {
      const name = match[1] ?? match[2];
      const start = match.index + match[0].indexOf(name);
      // What the stopped line declares has no value yet.
      if (line < stopped || i === 0) found.push({ name, line, start, end: start + name.length });
    }
  });
  return [...found, ...usesOn(code.at(-1) ?? '', stopped, new Set(found.map(({ name }) => name)))];
}

function usesOn(text: string, line: number, names: ReadonlySet<string>): NamedSpan[] {
  const uses = [...text.matchAll(/[A-Za-z_]\w*/g)].filter(([name], i, all) => names.has(name) && all.findIndex(([n]) => n === name) === i);
  return uses.map((match) => ({ name: match[0], line, start: match.index, end: match.index + match[0].length }));
}

function functionLine(lines: readonly string[], from: number): number | undefined {
  for (let line = from; line >= 0; line--) if (begins.test(lines[line])) return line;
  return undefined;
}
